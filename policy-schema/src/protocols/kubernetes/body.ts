import { hash } from 'node:crypto'
import { canonicalJson } from '../../canonical.ts'
import { readJson } from './json.ts'
import type { KubernetesBody } from './operation.ts'
import { readProtobuf } from './protobuf-body.ts'
import type { RequestInfo } from './request-info.ts'
import { fromUtf8 } from './utf8.ts'
import { withoutSecrets } from './without-secrets.ts'
import { readYamlBody } from './yaml.ts'

/** As kube-apiserver's own limit. */
export const maxBodyBytes = 3 * 1024 * 1024
/** Of canonical JSON: the most that is recorded. */
const maxContent = 64 * 1024
/** Of bytes: what is longer is not gone through to see whether little of it is left. */
const maxSource = 256 * 1024

/** What the bytes of a body are. */
export type BodyForm = 'object' | 'merge-patch' | 'strategic-merge-patch' | 'json-patch' | 'apply-patch' | 'protobuf'

const types: { readonly [mediaType: string]: { readonly form: BodyForm; readonly yaml?: true } } = {
  // As the server reads a body without a type.
  '': { form: 'object' },
  'application/json': { form: 'object' },
  'application/yaml': { form: 'object', yaml: true },
  'application/merge-patch+json': { form: 'merge-patch' },
  'application/strategic-merge-patch+json': { form: 'strategic-merge-patch' },
  'application/json-patch+json': { form: 'json-patch' },
  'application/apply-patch+yaml': { form: 'apply-patch', yaml: true },
  'application/vnd.kubernetes.protobuf': { form: 'protobuf' },
}

export interface DecodedBody {
  readonly form: BodyForm
  readonly value: unknown
  /** What is forwarded where it is protobuf: of that the value holds only what is read. */
  readonly bytes?: Uint8Array
}

export interface ReadBody {
  readonly body: KubernetesBody
  /** Absent where the bytes are of an unknown type, or protobuf that is not decoded. They are forwarded as they are. */
  readonly decoded?: DecodedBody
  /** Why it is not decoded. */
  readonly undecoded?: string
}

/**
 * Reads what a call sends, strictly, so that no other reader reads something else in it. Protobuf that cannot be read so is not
 * decoded; JSON and YAML are refused.
 *
 * @param contentType the header; empty where there is none
 * @returns why it is refused, as a text
 */
export function readBody(bytes: Uint8Array, contentType: string, info?: RequestInfo): ReadBody | string {
  if (bytes.length > maxBodyBytes) return `the body is longer than ${maxBodyBytes} bytes`
  const mediaType = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  const body = { contentType: mediaType, bytes: bytes.length, digest: hash('sha256', bytes, 'hex') }
  const type = Object.hasOwn(types, mediaType) ? types[mediaType] : undefined
  if (type === undefined || bytes.length === 0) return { body }
  if (type.form === 'protobuf') return { body, ...decodedProtobuf(bytes) }
  const text = fromUtf8(bytes)
  if (text === undefined) return 'the body is not UTF-8'
  const read = type.yaml ? readYamlBody(text) : readJson(text)
  if (typeof read === 'string') return `the body cannot be read: ${read}`
  return {
    body: { ...body, ...(bytes.length <= maxSource && recorded(read.value, info)) },
    decoded: { form: type.form, value: read.value },
  }
}

function recorded(value: unknown, info: RequestInfo | undefined): Pick<KubernetesBody, 'content'> {
  const content = withoutSecrets(value, info)
  return canonicalJson(content).length <= maxContent ? { content } : {}
}

/** Without content: a record of a part of it would pass for the whole. */
function decodedProtobuf(bytes: Uint8Array): Pick<ReadBody, 'decoded' | 'undecoded'> {
  const read = readProtobuf(bytes)
  return typeof read === 'string' ? { undecoded: read } : { decoded: { form: 'protobuf', ...read, bytes } }
}

/** What is forwarded of a body that was read: the value that was decided on. JSON, which is YAML too, or protobuf. */
export function writeBody({ value, bytes }: DecodedBody): Uint8Array {
  return bytes ?? Buffer.from(JSON.stringify(value).replace(breaks, escaped))
}

/** Of YAML 1.1, where they end a line even within quotes, or are not to be there at all; JSON leaves them as they are. */
const breaks = /[\u007f-\u009f\u2028\u2029\ufeff]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
