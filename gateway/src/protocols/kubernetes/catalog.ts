/** What an object was and would be, asked of the target where a policy looks at it, and what is then passed on. */
import {
  type Decision,
  type DecodedBody,
  isDryDelete,
  jsonPatch,
  type KubernetesCatalog,
  type KubernetesOperation,
  keepsOwners,
  mayCreate,
  mergePatch,
  needsReading,
  type ObjectReading,
  type ObjectVersion,
  pinned,
  type ReadBody,
  type ResourceInfo,
  readBody,
  readObject,
  requestInfo,
  saysOwners,
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

/** Status of a call that came too late. */
export type Overtaken = 409 | 422

/** What is decided on, and what of its body is passed on. */
export interface Prepared {
  readonly operation: KubernetesOperation
  readonly body: Buffer | undefined
  /** It is made for a version of the object that is no longer. */
  readonly conflict?: true
  /** It is made for a version of which the client knows nothing; with this the target refuses it where that is no longer the one. */
  readonly overtaken?: Overtaken
  /** The object has changed while it was prepared, and nothing else is wrong with it. */
  readonly raced?: true
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
  const owned: Pick<KubernetesCatalog, 'owned'> = !proxied && saysOwners(info, read) ? { owned: true } : {}
  const operation = { ...draft, body: { ...read.body, contentType }, catalog: owned }
  const body = read.decoded === undefined ? bytes : Buffer.from(writeBody(read.decoded))
  if (draft.method === 'DELETE' && read.decoded !== undefined && isDryDelete(read.decoded.value))
    return { operation: { ...operation, catalog: { dryRun: true } }, body }
  if (info === undefined || !info.isResource || !(needsReading(info) || hangsOnWhatIsThere(operation, info)))
    return { operation, body }
  if (info.verb === 'create' && read.decoded !== undefined) {
    const after = readObject(read.decoded.value, info)
    return { operation: { ...operation, catalog: typeof after === 'string' ? { unread: after } : { after } }, body }
  }
  const unread = (why: string): Prepared => {
    const catalog = { ...owned, ...(needsReading(info) && { unread: why }) }
    return { operation: { ...operation, catalog }, body }
  }
  const blind = unread('the target was not asked what would become of the object')
  if (!(await isToBeAsked(blind.operation, info, asking))) return blind
  return await askTarget({ operation, body, read, info }, asking, unread)
}
const opaque = 'application/octet-stream'

/** Whether nothing stands against a call but what only the target knows: what it makes of the object, and whether there is one. */
async function isToBeAsked(operation: KubernetesOperation, info: ResourceInfo, { gate, source }: Asking) {
  const foreseen = async (call: KubernetesOperation) => (await gate.evaluate(call, source))?.decision
  const decision = await foreseen(operation)
  if (decision === undefined || decision.effect === 'allow') return false
  if (isUnresolved(decision)) return true
  if (!hangsOnWhatIsThere(operation, info)) return false
  const { owned: _, ...catalog } = operation.catalog
  const ofOne = await foreseen({ ...operation, catalog: { ...catalog, before: {} } })
  return ofOne !== undefined && (ofOne.effect !== 'deny' || isUnresolved(ofOne))
}

/** Whether it does less where there is an object: it makes none then, and may leave its owners as they are. */
function hangsOnWhatIsThere(operation: KubernetesOperation, info: ResourceInfo): boolean {
  return mayCreate(operation, info) || (info.verb === 'update' && operation.catalog.owned === true)
}

function isUnresolved(decision: Decision): boolean {
  return decision.effect === 'deny' && decision.reason === 'unresolved'
}

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
  let patched: unknown
  if (found.version !== undefined) {
    if (read.decoded === undefined) return unread(`the body cannot be read: ${read.undecoded ?? 'its type is unknown'}`)
    const pin = pinned(read.decoded, found.version)
    if (typeof pin === 'string') unpinned = pin
    else {
      sent = Buffer.from(writeBody(pin))
      patched = resultOf(pin, found.object)
    }
  }
  const isKept = read.decoded !== undefined && keepsOwners(read.decoded, found.object)
  const beside = {
    ...(isKept ? {} : operation.catalog),
    ...(info.verb !== 'create' && { before: found.reading }),
  }
  const known = (catalog: KubernetesCatalog): Prepared => ({
    operation: { ...operation, catalog: { ...beside, ...catalog } },
    body: sent,
    ...(found.version !== undefined && !saysVersion(read.decoded) && { overtaken: overtakenOf(read.decoded) }),
  })
  /** Whatever becomes of it: it is pinned to what is there. */
  const blind = (why: string) =>
    found.version === undefined || unpinned !== undefined ? unread(why) : known({ unread: why })
  const asReady = (object: unknown) => {
    if (unpinned !== undefined) return { ...unread(unpinned), conflict: true as const }
    if (!needsReading(info)) return known({})
    const after = readObject(object, info)
    return typeof after === 'string' ? blind(after) : known({ after })
  }
  if (!needsReading(info) || isForeign(info)) return asReady(patched)
  const attempt = (bytes: Buffer) => ask({ ...dryRunOf(operation), body: bytes })
  const tried = await attempt(sent)
  if (tried === undefined) return blind('the target did not say what would become of the object')
  if (tried.status >= 300) return wouldRefuse(tried, sent === body ? undefined : await attempt(body), blind)
  return asReady(tried.object)
}

/** Not of Kubernetes itself: whoever serves it may take `dryRun` for nothing, and a question must not act. */
function isForeign({ apiGroup }: ResourceInfo): boolean {
  return !own.has(apiGroup)
}
const own: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'extensions',
  'autoscaling',
  'rbac.authorization.k8s.io',
])

/** @returns `undefined` where it is not to be had without the target */
function resultOf({ form, value }: DecodedBody, before: unknown): unknown {
  if (form === 'object' || form === 'protobuf') return value
  if (form === 'merge-patch') return mergePatch(before, value)
  return form === 'json-patch' ? jsonPatch(before, value)?.value : undefined
}

/** A JSON patch whose test fails is unprocessable. */
function overtakenOf(decoded: DecodedBody | undefined): Overtaken {
  return decoded?.form === 'json-patch' ? 422 : 409
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
    ...(unpinned !== undefined && unpinned.status < 300 && { raced: true }),
    ...(said !== undefined && { targetRefusal: said }),
  }
}

/** Then a conflict is what the client has asked for. */
function saysVersion(decoded: DecodedBody | undefined): boolean {
  const { metadata } = (decoded?.value ?? {}) as { readonly metadata?: { readonly resourceVersion?: unknown } | null }
  return Boolean(metadata?.resourceVersion)
}

interface Found {
  readonly reading: ObjectReading | null
  /** `undefined`: there is none yet. */
  readonly version: ObjectVersion | undefined
  readonly object?: unknown
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
  const { metadata } = told.object as { readonly metadata?: { readonly [key: string]: unknown } }
  const { resourceVersion, uid } = metadata ?? {}
  if (typeof resourceVersion !== 'string' || resourceVersion === '') return 'the object has no version'
  const version = { resourceVersion, ...(typeof uid === 'string' && { uid }) }
  return { reading, version, object: told.object }
}
