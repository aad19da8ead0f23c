import { readFileSync } from 'node:fs'

/** A field whose value has a length: a text, bytes, or a message of the fields that are given. */
export function field(number: number, ...of: readonly (string | Uint8Array)[]): Buffer {
  const value = Buffer.concat(of.map(each => Buffer.from(each)))
  return Buffer.concat([varint(number * 8 + 2), varint(value.length), value])
}

/** A field that is a number. */
export function number(of: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(of * 8), varint(value)])
}

/** As Go writes it: of a negative number all ten bytes. */
export function varint(value: number | bigint): Buffer {
  const written: number[] = []
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...written, Number(rest)])
    written.push(Number(rest & 127n) + 128)
  }
}

export const magic = Buffer.from('k8s\0')
export const typeMeta = (apiVersion: string, kind: string) => field(1, field(1, apiVersion), field(2, kind))

/** A body of `application/vnd.kubernetes.protobuf`, of the fields of its object. */
export function protobuf(apiVersion: string, kind: string, ...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat([magic, typeMeta(apiVersion, kind), field(2, ...fields), field(3), field(4)])
}

interface Written {
  // biome-ignore lint/suspicious/noExplicitAny: an object of any kind
  readonly object: any
  readonly protobuf: string
}

/**
 * Objects of every kind that is decoded, as JSON and as what k8s.io/apimachinery 0.35 wrote when it had read that JSON strictly
 * (`json.NewSerializerWithOptions`, `protobuf.NewSerializer`, the scheme of k8s.io/client-go).
 */
export const written: readonly Written[] = readFileSync(new URL('protobuf-objects.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line))
