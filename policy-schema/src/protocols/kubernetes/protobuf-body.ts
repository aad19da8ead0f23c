import type { ObjectVersion } from './pin.ts'
import { bytes, decode, type Message, part, text, Undecodable, withField } from './protobuf.ts'
import { messageOf, metadata, resourceVersion, uid } from './protobuf-kinds.ts'

const magic = Buffer.from('k8s\0')
const raw = 2
/** k8s.io.apimachinery.pkg.runtime.Unknown */
const envelope: Message = {
  1: part('typeMeta', { 1: text('apiVersion'), 2: text('kind') }),
  [raw]: bytes('raw'),
  3: text('contentEncoding'),
  4: text('contentType'),
}

interface Opened {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Uint8Array
}

/**
 * Reads `application/vnd.kubernetes.protobuf`.
 *
 * @returns an object with the members that readings look at, as its JSON has them; or, as a text, why it is not decoded
 */
export function readProtobuf(body: Uint8Array): { readonly value: { readonly [name: string]: unknown } } | string {
  try {
    const { apiVersion, kind, raw } = open(body)
    const message = messageOf(apiVersion, kind)
    if (message === undefined) return 'its kind is not decoded'
    return { value: { apiVersion, kind, ...decode(raw, message) } }
  } catch (error) {
    if (error instanceof Undecodable) return error.message
    throw error
  }
}

/** A body that was read, for this version of its object. */
export function withVersion(body: Uint8Array, version: ObjectVersion): Buffer {
  const object = open(body).raw
  const { of = new Uint8Array() } = decode(object, { [metadata]: bytes('of') }) as { readonly of?: Uint8Array }
  const versioned = withField(of, resourceVersion, Buffer.from(version.resourceVersion))
  const named = version.uid === undefined ? versioned : withField(versioned, uid, Buffer.from(version.uid))
  const pinned = withField(object, metadata, named)
  return Buffer.concat([magic, withField(body.subarray(magic.length), raw, pinned)])
}

/** Without a type the server would take it from the path; no client of Kubernetes leaves it out. */
function open(body: Uint8Array): Opened {
  if (!magic.equals(body.subarray(0, magic.length)))
    throw new Undecodable('it does not begin as protobuf of Kubernetes')
  const read = decode(body.subarray(magic.length), envelope) as {
    readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string }
    readonly raw?: Uint8Array
    readonly contentEncoding?: string
    readonly contentType?: string
  }
  const { typeMeta: { apiVersion = '', kind = '' } = {}, raw, contentEncoding = '', contentType = '' } = read
  if (raw === undefined || apiVersion === '' || kind === '') throw new Undecodable('it does not say what it is')
  if (contentEncoding !== '' || contentType !== '') throw new Undecodable('what is in it is encoded in another way')
  return { apiVersion, kind, raw }
}
