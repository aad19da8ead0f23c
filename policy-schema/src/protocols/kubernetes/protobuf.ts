/** Protobuf of messages whose fields a table names, read so that no other reader reads something else in it. */
import { fromUtf8 } from './utf8.ts'

/** What is read of a message, by the numbers of its fields. Others are passed over, as JSON's members of other names are. */
export interface Message {
  readonly [number: number]: Field
}
interface Field {
  /** As JSON calls it. Absent: its members are those of the message around it. */
  readonly name?: string
  readonly many?: true
  /** Each is a key and a value. */
  readonly keyed?: true
  readonly read: (value: Value, budget: Budget) => unknown
}
/** A number, or bytes by their length; a fixed number is never read. */
type Value = number | Uint8Array | undefined
/** How many fields have been read of a body so far, whatever message they are in. */
interface Budget {
  fields: number
}

export const text = (name: string): Field => ({ name, read: toText })
export const texts = (name: string): Field => ({ name, many: true, read: toText })
export const flag = (name: string): Field => ({ name, read: toFlag })
export const count = (name: string): Field => ({ name, read: toCount })
export const bytes = (name: string): Field => ({ name, read: toBytes })
export const part = (name: string, message: Message): Field => ({ name, read: within(message) })
export const parts = (name: string, message: Message): Field => ({ name, many: true, read: within(message) })
/** Of texts to texts. */
export const map = (name: string): Field => ({
  ...{ name, many: true, keyed: true },
  read: within({ 1: text('key'), 2: text('value') }),
})
export const inline = (message: Message): Field => ({ read: within(message) })

/** Bytes that are no message of this kind, or one that two readers could read differently. */
export class Undecodable extends Error {}

const maxFields = 100_000
/** Go keeps 32 bits of a field's number, whatever else is sent. */
const maxTag = 0xffff_ffff
const maxInt32 = 0x7fff_ffff

/**
 * Reads a message as the object that its JSON would be. It nests as deep as the table.
 *
 * @throws Undecodable also where it is none that Kubernetes' own clients write: with a field twice that is there once, a number
 * longer than it must be, a group. Some readers merge what is there twice, some take the last.
 */
export function decode(of: Uint8Array, message: Message, budget: Budget = { fields: 0 }): { [name: string]: unknown } {
  const object: { [name: string]: unknown } = {}
  const seen = new Set<number>()
  for (const { number, value } of fieldsOf(of, budget)) {
    const { name, many, keyed, read } = message[number] ?? ignored
    if (read === undefined) continue
    if (!many && seen.has(number)) throw new Undecodable(`the field ${number} is there twice`)
    seen.add(number)
    const member = read(value, budget)
    if (name === undefined) Object.assign(object, member)
    else if (keyed) put(object, name, member as { readonly key?: string; readonly value?: string })
    else if (many) append(object, name, member)
    else object[name] = member
  }
  return object
}
const ignored: Partial<Field> = {}

function append(object: { [name: string]: unknown }, name: string, member: unknown): void {
  const list = object[name]
  if (Array.isArray(list)) list.push(member)
  else object[name] = [member]
}

/** As Go, where either is missing it is empty. */
function put(
  object: { [name: string]: unknown },
  name: string,
  { key = '', value = '' }: { key?: string; value?: string },
) {
  const entries = object[name] ?? {}
  object[name] = entries
  if (Object.hasOwn(entries, key)) throw new Undecodable(`a key of \`${name}\` is there twice`)
  // whatever the key is called
  Object.defineProperty(entries, key, { value, enumerable: true, configurable: true, writable: true })
}

/** The message with these bytes as its field of this number, and nothing else in that. */
export function withField(of: Uint8Array, number: number, value: Uint8Array): Buffer {
  const others = fieldsOf(of, { fields: 0 }).filter(field => field.number !== number)
  return Buffer.concat([...others.map(({ whole }) => whole), varint(number * 8 + 2), varint(value.length), value])
}

function varint(value: number): Buffer {
  const written: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...written, rest])
    written.push((rest % 128) + 128)
  }
}

interface Found {
  readonly number: number
  readonly value: Value
  /** With its tag. */
  readonly whole: Uint8Array
}

function* fieldsOf(of: Uint8Array, budget: Budget): Generator<Found> {
  const cursor = new Cursor(of)
  while (cursor.at < of.length) {
    if (++budget.fields > maxFields) throw new Undecodable(`it has more than ${maxFields} fields`)
    const from = cursor.at
    const tag = cursor.varint()
    const number = Math.floor(tag / 8)
    if (number === 0 || tag > maxTag) throw new Undecodable('a field has a number that none may have')
    const value = cursor.value(tag % 8)
    yield { number, value, whole: of.subarray(from, cursor.at) }
  }
}

class Cursor {
  at = 0
  readonly #of: Uint8Array

  constructor(of: Uint8Array) {
    this.#of = of
  }

  value(wireType: number): Value {
    if (wireType === 0) return this.varint()
    if (wireType === 2) return this.#take(this.varint())
    if (wireType !== 1 && wireType !== 5) throw new Undecodable(`it has a field of the wire type ${wireType}`)
    this.#take(wireType === 1 ? 8 : 4)
    return undefined
  }

  /** In its shortest form. Not exact beyond what a double holds, where nothing is read. */
  varint(): number {
    let [value, unit] = [0, 1]
    for (let length = 1; length <= 10; length++, unit *= 128) {
      const byte = this.#of[this.at++]
      if (byte === undefined) throw new Undecodable('it breaks off')
      value += (byte & 0x7f) * unit
      if (byte === 0 && length > 1) break
      if (byte < 0x80) return value
    }
    throw new Undecodable('a number in it is longer than it must be')
  }

  #take(length: number): Uint8Array {
    if (length > this.#of.length - this.at) throw new Undecodable('it breaks off')
    this.at += length
    return this.#of.subarray(this.at - length, this.at)
  }
}

function toBytes(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new Undecodable('a field is of another type')
}

function toText(value: Value): string {
  const text = fromUtf8(toBytes(value))
  if (text === undefined) throw new Undecodable('a text in it is not UTF-8')
  return text
}

function toFlag(value: Value): boolean {
  if (value === 0 || value === 1) return value === 1
  throw new Undecodable('a field is no boolean')
}

/** An `int32` of zero or more: of what is counted here, no server takes less. */
function toCount(value: Value): number {
  if (typeof value === 'number' && value <= maxInt32) return value
  throw new Undecodable('a field is no number of what is counted')
}

function within(message: Message): Field['read'] {
  return (value, budget) => decode(toBytes(value), message, budget)
}
