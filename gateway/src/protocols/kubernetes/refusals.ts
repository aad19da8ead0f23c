/** The only place that knows how a refusal looks to a Kubernetes client. */
import type { Refusal } from '../../core/contract.ts'

/** @see Kubernetes API conventions, "Response Status Kind" */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: object
  readonly status: 'Failure'
  readonly message: string
  readonly reason: StatusReason
  readonly details?: { readonly causes: readonly Cause[] }
  readonly code: number
}
interface Cause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  RequestEntityTooLarge: 413,
  InternalError: 500,
  BadGateway: 502,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const
export type StatusReason = keyof typeof codes

/** What does not read as a plain 403. */
const reasons: { readonly [code in Refusal['code']]?: StatusReason } = {
  auth_failed: 'Unauthorized',
  // nothing was decided on it; clients take 403 for a decision, and none of them asks again by itself
  too_many_sessions: 'ServiceUnavailable',
  too_many_sessions_of_one: 'ServiceUnavailable',
  too_many_calls_of_one: 'ServiceUnavailable',
}

/**
 * A refused login, a denied call, or what ended a stream. Never 429, which clients take for a wish to be asked again, unseen.
 *
 * @param conflict it was made for a version of the object that is no longer: clients read the object and ask again
 */
export function refused(refusal: Refusal, conflict = false): Status {
  const { code, message, policies, commit, approvers = [], next } = refusal
  const said = refusal.reasons.length > 0 ? `${refusal.reasons.join('; ')} (${message})` : message
  const by = policies.slice(0, maxPolicies).map(id => `\`${id}\``)
  const where = [by.length > 0 && `${by.length > 1 ? 'policies' : 'policy'} ${by.join(', ')}`, `commit ${commit}`]
  const isConflict = conflict && code === 'unresolved'
  const then = isConflict ? 'read the object, and ask again' : next?.replace(/^next: /, '')
  const advice = then === undefined ? '' : `; next: ${then}`
  return status(
    isConflict ? 'Conflict' : (reasons[code] ?? 'Forbidden'),
    `cedargate: ${said} [${where.filter(Boolean).join(', ')}]${advice}`,
    [
      { reason: code, message, field: 'operation' },
      ...policies.slice(0, maxPolicies).map(id => ({ reason: 'policy', message: id })),
      ...approvers.map(role => ({ reason: 'approver', message: role })),
      { reason: 'commit', message: commit },
    ],
  )
}
const maxPolicies = 32

/**
 * A refusal of the target's own that a client may hear in place of the gateway's: of the object, and not of how the gateway asked,
 * as 401, 415 and 429 would be.
 */
export function statusOf(told: { readonly status: number; readonly object: unknown } | undefined): Status | undefined {
  if (told === undefined || !ofTheObject.has(told.status)) return undefined
  const said = (typeof told.object === 'object' && told.object !== null ? told.object : {}) as Partial<Status>
  return said.kind === 'Status' && said.status === 'Failure' && said.code === told.status ? (said as Status) : undefined
}
const ofTheObject: ReadonlySet<number> = new Set([400, 403, 404, 409, 422])

/** What is no call, or one that cannot be passed on. @param code stable, for programs */
export function failed(reason: StatusReason, code: string, message: string): Status {
  return status(reason, `cedargate: ${message}`, [{ reason: code, message }])
}

function status(reason: StatusReason, message: string, causes: readonly Cause[]): Status {
  return {
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
    message: inert(message),
    reason,
    details: { causes: causes.map(cause => ({ ...cause, message: inert(cause.message) })) },
    code: codes[reason],
  }
}

/** A refusal as an answer. */
export interface Written {
  readonly head: { readonly [name: string]: string | number }
  readonly body: Buffer
}

/**
 * A Status as JSON. Of a 403 where client-go asks for discovery it is the message alone: a Status would be shown as `unknown`
 * there.
 *
 * @param accept what the client wants to read
 */
export function written(status: Status, accept = ''): Written {
  const { code, message } = status
  const isDiscovery = code === 403 && accept.includes('as=APIGroupDiscoveryList')
  const body = Buffer.from(isDiscovery ? message : JSON.stringify(status))
  const head = {
    'Content-Type': isDiscovery ? 'text/plain; charset=utf-8' : 'application/json',
    'Content-Length': body.length,
    'Cache-Control': 'no-cache, private',
    ...(code === 401 && { 'WWW-Authenticate': 'Bearer' }),
  }
  return { head, body }
}

const textLength = 8192
/** Control characters would act on the terminal of whoever reads it. */
function inert(text: string): string {
  const clean = text.replace(/\p{Cc}|\p{Bidi_Control}/gu, found =>
    found === '\n' || found === '\t' ? found : '\u{FFFD}',
  )
  return clean.length > textLength ? `${clean.slice(0, textLength)}…` : clean
}
