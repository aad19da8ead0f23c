/** What an object was and would be, asked of the target where a policy looks at it, and what is then passed on. */
import {
  isDryDelete,
  type KubernetesCatalog,
  type KubernetesOperation,
  needsReading,
  type ObjectReading,
  pinned,
  type ReadBody,
  type ResourceInfo,
  readBody,
  readObject,
  requestInfo,
  writeBody,
  writeTarget,
} from '@cedargate/policy-schema'
import type { Gate } from '../../core/contract.ts'
import { type Status, statusOf } from './refusals.ts'

/** One of the gateway's own questions, in the name of the role. */
export interface Question {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly body?: Buffer
  readonly contentType?: string
}
export interface Told {
  readonly status: number
  /** `undefined` where it is no JSON. */
  readonly object: unknown
}

export interface Asking {
  readonly gate: Pick<Gate<KubernetesOperation>, 'evaluate'>
  readonly source: string
  /** `undefined`: nobody answered. */
  readonly ask: (question: Question) => Promise<Told | undefined>
}

/** What is decided on, and what of its body is passed on. */
export interface Prepared {
  readonly operation: KubernetesOperation
  readonly body: Buffer | undefined
  /** It is made for a version of the object that is no longer. */
  readonly conflict?: true
  /** Nothing would come of it: what the target says to that, which the client is to hear. */
  readonly targetRefusal?: Status
}

/**
 * Reads the body of a call. The target is asked only where nothing but an unread body stands against the call.
 *
 * @param draft without body and catalog
 * @param proxied its body is for a program behind the API, and not read
 * @returns why the body is refused, as a text
 */
export async function prepare(
  draft: KubernetesOperation,
  bytes: Buffer,
  contentType: string,
  proxied: boolean,
  asking: Asking,
): Promise<Prepared | string> {
  const info = requestInfo(draft)
  const read = proxied ? readBody(bytes, opaque) : readBody(bytes, contentType, info)
  if (typeof read === 'string') return read
  const operation = { ...draft, body: { ...read.body, contentType } }
  const body = read.decoded === undefined ? bytes : Buffer.from(writeBody(read.decoded))
  if (draft.method === 'DELETE' && read.decoded !== undefined && isDryDelete(read.decoded.value))
    return { operation: { ...operation, catalog: { dryRun: true } }, body }
  if (info === undefined || !info.isResource || !needsReading(info)) return { operation, body }
  if (info.verb === 'create' && read.decoded !== undefined) {
    const after = readObject(read.decoded.value, info)
    return { operation: { ...operation, catalog: typeof after === 'string' ? { unread: after } : { after } }, body }
  }
  const unread = (why: string): Prepared => ({ operation: { ...operation, catalog: { unread: why } }, body })
  const blind = unread('the target was not asked what would become of the object')
  const evaluation = await asking.gate.evaluate(blind.operation, asking.source)
  const { decision } = evaluation ?? {}
  if (decision?.effect !== 'deny' || decision.reason !== 'unresolved') return blind
  return await askTarget({ operation, body, read, info }, asking, unread)
}
const opaque = 'application/octet-stream'

interface Sent {
  readonly operation: KubernetesOperation
  readonly body: Buffer
  readonly read: ReadBody
  readonly info: ResourceInfo
}

async function askTarget(
  { operation, body, read, info }: Sent,
  { ask }: Asking,
  unread: (why: string) => Prepared,
): Promise<Prepared> {
  const found = info.verb === 'create' ? absent : await objectBefore(operation, info, ask)
  if (typeof found === 'string') return unread(found)
  let sent = body
  let unpinned: string | undefined
  if (found.version !== undefined) {
    if (read.decoded === undefined) return unread(`the body cannot be read: ${read.undecoded ?? 'its type is unknown'}`)
    const pin = pinned(read.decoded, found.version)
    if (typeof pin === 'string') unpinned = pin
    else sent = Buffer.from(writeBody(pin))
  }
  const attempt = (bytes: Buffer) => ask({ ...dryRunOf(operation), body: bytes })
  const tried = await attempt(sent)
  if (tried === undefined) return unread('the target did not say what would become of the object')
  if (tried.status >= 300) return wouldRefuse(tried, sent === body ? undefined : await attempt(body), unread)
  if (unpinned !== undefined) return { ...unread(unpinned), conflict: true }
  const after = readObject(tried.object, info)
  if (typeof after === 'string') return unread(after)
  const catalog: KubernetesCatalog = { ...(info.verb !== 'create' && { before: found.reading }), after }
  return { operation: { ...operation, catalog }, body: sent }
}

function dryRunOf({ method, path, query, body }: KubernetesOperation): Question {
  const dry = [...query.filter(([name]) => name !== 'dryRun'), ['dryRun', 'All'] as const]
  return { method, target: writeTarget({ path, query: dry }), contentType: body?.contentType ?? '' }
}

/** @param unpinned what the target says of the body as it was sent: a client hears nothing of what was added to it */
function wouldRefuse(pinned: Told, unpinned: Told | undefined, unread: (why: string) => Prepared): Prepared {
  const { status } = pinned
  const said = statusOf(unpinned) ?? statusOf(pinned)
  return {
    ...unread(status === 409 ? 'the object has changed meanwhile' : `the target would refuse it (${status})`),
    ...(status === 409 && { conflict: true }),
    ...(said !== undefined && { targetRefusal: said }),
  }
}

interface Found {
  readonly reading: ObjectReading | null
  /** `undefined`: there is none yet. */
  readonly version: string | undefined
}
const absent: Found = { reading: null, version: undefined }

async function objectBefore(
  { path }: KubernetesOperation,
  info: ResourceInfo,
  ask: Asking['ask'],
): Promise<Found | string> {
  const told = await ask({ method: 'GET', target: path })
  if (told?.status === 404) return absent
  if (told?.status !== 200) return `the target did not show the object (${told?.status ?? 'no answer'})`
  const reading = readObject(told.object, info)
  if (typeof reading === 'string') return reading
  const version = (told.object as { readonly metadata?: { readonly resourceVersion?: unknown } }).metadata
    ?.resourceVersion
  return typeof version === 'string' && version !== '' ? { reading, version } : 'the object has no version'
}
