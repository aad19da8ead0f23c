/**
 * Reading the messages that the gateway decides on, and writing those a server sends. Nothing here keeps a view of a buffer.
 *
 * @see PostgreSQL 18, 54.7 Message Formats
 */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { PostgresParameter } from '@cedargate/policy-schema'
import { GatewayError } from '../../core/errors.ts'

export type MessageCode = 'ERR_MESSAGE_FORMAT' | 'ERR_MESSAGE_ENCODING'

/** A parameter longer than this is recorded as its length and digest. */
export const parameterBytes = 1024

/** A walk over one message's body; every step is bounded by its end. */
export class Body {
  readonly buffer: Buffer
  at: number
  readonly end: number
  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer
    this.at = start
    this.end = end
  }

  /** Names are compared byte by byte, as the server does: one character a byte. */
  name(): string {
    const { at } = this
    return this.buffer.toString('latin1', at, this.#zero())
  }

  /** `undefined` where the bytes are not UTF-8. */
  text(): string | undefined {
    const { at } = this
    const end = this.#zero()
    return isUtf8(this.buffer.subarray(at, end)) ? this.buffer.toString('utf8', at, end) : undefined
  }

  int16(): number {
    this.skip(2)
    return this.buffer.readInt16BE(this.at - 2)
  }

  int32(): number {
    this.skip(4)
    return this.buffer.readInt32BE(this.at - 4)
  }

  byte(): number {
    this.skip(1)
    return this.buffer[this.at - 1] ?? 0
  }

  skip(bytes: number): void {
    if (bytes < 0 || this.at + bytes > this.end) throw malformed('a field runs over the end of its message')
    this.at += bytes
  }

  /** A message with something after its last field has two readings. */
  done(): void {
    if (this.at !== this.end) throw malformed('a message goes on after its last field')
  }

  #zero(): number {
    const zero = this.buffer.indexOf(0, this.at)
    if (zero === -1 || zero >= this.end) throw malformed('a string has no end')
    this.at = zero + 1
    return zero
  }
}

function malformed(why: string): GatewayError<MessageCode> {
  return new GatewayError<MessageCode>('ERR_MESSAGE_FORMAT', why)
}

export interface ParseMessage {
  readonly name: string
  /** `undefined`: not UTF-8. */
  readonly sql: string | undefined
  /** The parameters' types, as they came. */
  readonly types: Buffer
}
export function readParse(buffer: Buffer, start: number, end: number): ParseMessage {
  const body = new Body(buffer, start + 5, end)
  const name = body.name()
  const sql = body.text()
  const { at } = body
  body.skip(4 * unsigned(body.int16()))
  body.done()
  return { name, sql, types: buffer.subarray(at, end) }
}

/** PostgreSQL's own types have lower OIDs. The input function of another may run anybody's code. @see `FirstNormalObjectId` */
const firstForeignType = 16_384

/** The parameter types of a Parse: their number, then the OID of each. */
export function hasForeignType(types: Buffer): boolean {
  for (let at = 2; at < types.length; at += 4) if (types.readUInt32BE(at) >= firstForeignType) return true
  return false
}

export function readQuery(buffer: Buffer, start: number, end: number): string | undefined {
  const body = new Body(buffer, start + 5, end)
  const sql = body.text()
  body.done()
  return sql
}

export interface BindMessage {
  readonly portal: string
  readonly statement: string
  readonly parameters: readonly PostgresParameter[]
}
const none: readonly PostgresParameter[] = []
export function readBind(buffer: Buffer, start: number, end: number): BindMessage {
  const body = new Body(buffer, start + 5, end)
  const portal = body.name()
  const statement = body.name()
  const parameters = readParameters(body)
  body.skip(2 * unsigned(body.int16()))
  body.done()
  return { portal, statement, parameters }
}

function readParameters(body: Body): readonly PostgresParameter[] {
  const formats = unsigned(body.int16())
  const formatsAt = body.at
  body.skip(2 * formats)
  const count = unsigned(body.int16())
  if (formats > 1 && formats !== count) throw malformed(`${formats} parameter formats for ${count} parameters`)
  const binary = (index: number) => {
    if (formats === 0) return false
    const format = body.buffer.readInt16BE(formatsAt + 2 * (formats === 1 ? 0 : index))
    if (format !== 0 && format !== 1) throw malformed(`unknown parameter format \`${format}\``)
    return format === 1
  }
  if (count === 0) return none
  const parameters: PostgresParameter[] = []
  for (let index = 0; index < count; index++) parameters.push(parameter(body, binary(index)))
  return parameters
}

export interface FunctionCallMessage {
  readonly oid: number
  readonly parameters: readonly PostgresParameter[]
}
export function readFunctionCall(buffer: Buffer, start: number, end: number): FunctionCallMessage {
  const body = new Body(buffer, start + 5, end)
  const oid = body.int32() >>> 0
  const parameters = readParameters(body)
  body.skip(2)
  body.done()
  return { oid, parameters }
}

function parameter(body: Body, binary: boolean): PostgresParameter {
  const length = body.int32()
  if (length === -1) return null
  if (length < 0) throw malformed(`a parameter has the length \`${length}\``)
  const from = body.at
  body.skip(length)
  const bytes = body.buffer.subarray(from, from + length)
  if (length > parameterBytes) return { length, digest: createHash('sha256').update(bytes).digest('hex') }
  return binary || !isUtf8(bytes) ? { hex: bytes.toString('hex') } : bytes.toString('utf8')
}

export interface NamedMessage {
  /** `S` statement, `P` portal. */
  readonly what: 'S' | 'P'
  readonly name: string
}
/** Describe and Close. */
export function readNamed(buffer: Buffer, start: number, end: number): NamedMessage {
  const body = new Body(buffer, start + 5, end)
  const what = String.fromCharCode(body.byte())
  if (what !== 'S' && what !== 'P') throw malformed(`there is no object of kind \`${what}\``)
  const name = body.name()
  body.done()
  return { what, name }
}

/** The portal of an Execute. */
export function readExecute(buffer: Buffer, start: number, end: number): string {
  const body = new Body(buffer, start + 5, end)
  const portal = body.name()
  body.skip(4)
  body.done()
  return portal
}

/** Counts on the wire are unsigned in effect: up to 65,535 parameters. */
function unsigned(value: number): number {
  return value & 0xffff
}

/** A message: type, length, body. */
export function message(type: string, body: Buffer | string = ''): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
  const frame = Buffer.allocUnsafe(5 + bytes.length)
  frame[0] = type.charCodeAt(0)
  frame.writeInt32BE(4 + bytes.length, 1)
  bytes.copy(frame, 5)
  return frame
}

export const ready = { I: message('Z', 'I'), T: message('Z', 'T'), E: message('Z', 'E') } as const
export const emptyQueryResponse = message('I')
export const authenticationOk = message('R', Buffer.alloc(4))
export const authenticationCleartextPassword = message('R', Buffer.from([0, 0, 0, 3]))

export function parameterStatus(name: string, value: string): Buffer {
  return message('S', `${name}\0${value}\0`)
}
export function backendKeyData(process: number, secret: Buffer): Buffer {
  const body = Buffer.allocUnsafe(4 + secret.length)
  body.writeInt32BE(process, 0)
  secret.copy(body, 4)
  return message('K', body)
}
export function cancelRequest(process: number, secret: Buffer): Buffer {
  return startupPacket(80877102, int32(process), secret)
}

/** Between gateways only: `1234` as in PostgreSQL's own codes, and a number that is none of them. */
export const relayedCancelCode = (1234 << 16) | 1
/** A CancelRequest that a client sent to another gateway. @param origin the client's address, as {@link readRelayedCancel} takes it */
export function relayedCancel(origin: string, process: number, secret: Buffer): Buffer {
  return startupPacket(relayedCancelCode, Buffer.from(`${origin}\0`, 'latin1'), int32(process), secret)
}

/** @param packet without its length. @returns `undefined` where it does not read */
export function readRelayedCancel(
  packet: Buffer,
): { readonly origin: string; readonly process: number; readonly secret: Buffer } | undefined {
  const end = packet.indexOf(0, 4)
  if (end < 0 || packet.length < end + 5) return undefined
  const origin = packet.toString('latin1', 4, end)
  if (!/^[!-~]{1,64}$/.test(origin)) return undefined
  return { origin, process: packet.readInt32BE(end + 1), secret: packet.subarray(end + 5) }
}

function startupPacket(code: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([int32(code), ...parts])
  return Buffer.concat([int32(body.length + 4), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** 3.`minor` is what is spoken; these options are not. */
export function negotiateProtocolVersion(minor: number, options: readonly string[]): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE((3 << 16) | minor, 0)
  head.writeInt32BE(options.length, 4)
  return message('v', Buffer.concat([head, Buffer.from(options.map(option => `${option}\0`).join(''), 'utf8')]))
}

/**
 * The number of rows at the end of a CommandComplete (`INSERT 0 5`, `SELECT 12`); `undefined` where its command counts none.
 *
 * @see PostgreSQL 18, 54.7: CommandComplete
 */
export function readRows(buffer: Buffer, start: number, end: number): number | undefined {
  let rows = 0
  let at = end - 2 // before the string's zero
  for (let unit = 1; at > start; at--, unit *= 10) {
    const digit = (buffer[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    rows += digit * unit
  }
  return at < end - 2 && buffer[at] === 0x20 ? rows : undefined
}

/** Severity and SQLSTATE of an ErrorResponse; its text is not needed here. */
export function readError(buffer: Buffer, start: number, end: number): ErrorFields {
  const body = new Body(buffer, start + 5, end)
  const fields: { [field: string]: string } = {}
  for (let field = body.byte(); field !== 0; field = body.byte()) fields[String.fromCharCode(field)] = body.text() ?? ''
  return { severity: fields.V ?? fields.S ?? 'ERROR', code: fields.C ?? 'XX000', message: fields.M ?? '' }
}
export interface ErrorFields {
  readonly severity: string
  readonly code: string
  readonly message: string
}
