/** One API call: read, decided, passed on. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  isProxied,
  type KubernetesOperation,
  type KubernetesTargetSettings,
  type Method,
  methods,
  type RequestInfo,
  readTarget,
  requestInfo,
  type Session,
  writeTarget,
} from '@cedargate/policy-schema'
import type { Admitted, Door, Gate, Refusal } from '../../core/contract.ts'
import { GatewayError } from '../../core/errors.ts'
import { nameOf } from '../../core/shares.ts'
import { type Address, addressOf, noAddress } from './address.ts'
import { ask } from './ask.ts'
import { type BodyCode, type BodyRules, type HeldBody, holdBody } from './bodies.ts'
import { type Overtaken, type Prepared, prepare, type Question, type Told } from './catalog.ts'
import { type Answered, forward } from './forward.ts'
import { impersonationHeaders, type RequestHeaders, readHeaders } from './headers.ts'
import type { Logins, Showing } from './logins.ts'
import { isOpenApiIndex, withPrefix } from './openapi-index.ts'
import { failed, refused, type Status, type StatusReason, written } from './refusals.ts'
import type { Room } from './room.ts'
import { loginOf, shown, type Targets, type Towards } from './targets.ts'

export interface CallParts {
  readonly targets: Targets
  readonly logins: Logins
  readonly body: BodyRules & { readonly room: Room }
  /** For what targets say of objects. */
  readonly answers: Room
  readonly log: (event: string, detail: { readonly [key: string]: string | number }) => void
}

/** What came on a connection. */
export interface Incoming {
  readonly request: IncomingMessage
  readonly source: string
  readonly door: Door<KubernetesOperation>
  /** Its token was good. */
  readonly loggedIn: (session: Session) => void
}

/** A call that reads. */
export interface Call {
  readonly address: Address
  readonly headers: RequestHeaders
  readonly method: Method
  readonly path: string
  readonly query: KubernetesOperation['query']
  readonly info: RequestInfo | undefined
  /** It is for a program behind the API. */
  readonly proxied: boolean
}

/** @returns what is wrong with it, as its answer */
export function readCall({ request, door, source }: Incoming): Call | Status {
  const reject = (status: Status): Status => {
    const [cause] = status.details?.causes ?? []
    door.rejected(source, cause?.reason ?? status.reason, cause?.message ?? status.message)
    return status
  }
  const address = addressOf(request.url ?? '')
  if (address === undefined) return reject(failed('NotFound', 'ERR_HTTP_ADDRESS', noAddress(request.url ?? '')))
  const method = methods.find(each => each === request.method)
  if (method === undefined)
    return reject(failed('MethodNotAllowed', 'ERR_HTTP_METHOD', `the method \`${request.method}\` is none of the API`))
  const read = readTarget(address.rest)
  if (typeof read === 'string') return reject(failed('BadRequest', 'ERR_HTTP_TARGET', read))
  const info = requestInfo({ method, ...read })
  const proxied = info?.isResource === true && isProxied(info)
  const headers = readHeaders(request.rawHeaders, proxied)
  if (typeof headers === 'string') return reject(failed('BadRequest', 'ERR_HTTP_HEADERS', headers))
  if (hasBody(request) && bodiless.has(method))
    return reject(failed('BadRequest', 'ERR_HTTP_BODY', `a \`${method}\` has no body`))
  if (isEncoded(request, proxied))
    return reject(failed('BadRequest', 'ERR_HTTP_BODY', 'the body is encoded, and could not be read'))
  return { address, headers, method, info, proxied, ...read }
}

const bodiless: ReadonlySet<string> = new Set<Method>(['GET', 'HEAD', 'OPTIONS'])

/** Other than in chunks, which the parser takes off: a compression of the transfer is not what its reader asked for. */
function isEncoded({ headers }: IncomingMessage, proxied: boolean): boolean {
  const { 'transfer-encoding': transfer = 'chunked', 'content-encoding': content = 'identity' } = headers
  return transfer.toLowerCase() !== 'chunked' || (!proxied && content !== 'identity')
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Answers one call, whatever becomes of it. */
export async function serveCall(parts: CallParts, incoming: Incoming, response: ServerResponse): Promise<void> {
  const answer = (status: Status) => send(response, status)
  const call = readCall(incoming)
  if ('kind' in call) return answer(call)
  const gate = await open(incoming, call)
  if ('code' in gate) return answer(refused(gate))
  incoming.loggedIn(gate.session)
  let held: HeldBody | undefined
  try {
    if (hasBody(incoming.request))
      held = await holdBody(incoming.request, response, parts.body, nameOf(gate.session.principal))
    for (let attempt = 1; ; attempt += 1) {
      const prepared = await prepareCall(parts, incoming, call, gate, held?.bytes)
      if ('kind' in prepared) return answer(prepared)
      const isLast = attempt === maxAttempts
      if (prepared.raced && !isLast) continue
      const deciding = { incoming, call, gate, ...prepared }
      if (await serveOperation(parts, deciding, response, isLast ? undefined : prepared.overtaken)) return
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    incoming.door.rejected(incoming.source, error.code, error.message)
    answer(brokenBody(error as GatewayError<BodyCode>))
  } finally {
    held?.free()
    gate.end('answered')
  }
}

/** API servers apply a patch of no version to the object as it has become meanwhile; here others have more time to come first. */
const maxAttempts = 10

/** Joins the session that this call belongs to. */
export function open(
  { door, source }: Incoming,
  { address, headers }: Call,
): Promise<Gate<KubernetesOperation> | Refusal> {
  const { target, role } = address
  return door.open({ protocol: 'kubernetes', role, target, token: headers.token ?? '', source, shown, joins: true })
}

function brokenBody({ code, message }: GatewayError<BodyCode>): Status {
  return failed(bodyReasons[code] ?? 'BadRequest', code, message)
}
const bodyReasons: { readonly [code in BodyCode]?: StatusReason } = {
  ERR_BODY_TOO_LARGE: 'RequestEntityTooLarge',
  ERR_BODY_BUSY: 'ServiceUnavailable',
}

/** What is decided on, as far as it stands in the head. */
export function toOperation({ method, path, query, headers }: Call): KubernetesOperation {
  const { impersonate } = headers
  return {
    ...{ protocol: 'kubernetes', kind: 'request', method, path, query },
    ...(impersonate && { impersonate }),
    catalog: {},
  }
}

async function prepareCall(
  parts: CallParts,
  { door, source }: Incoming,
  call: Call,
  gate: Gate<KubernetesOperation>,
  bytes: Buffer | undefined,
): Promise<Prepared | Status> {
  const draft = toOperation(call)
  if (bytes === undefined) return { operation: draft, body: undefined }
  const prepared = await prepare(draft, bytes, call.headers.contentType, call.proxied, {
    ...{ gate, source },
    ask: question => askFor(parts, draft, gate, question),
  })
  if (typeof prepared !== 'string') return prepared
  door.rejected(source, 'ERR_BODY_UNREADABLE', prepared)
  return failed('BadRequest', 'ERR_BODY_UNREADABLE', prepared)
}

/** In the name of the role, and of whom it wants to appear as. */
async function askFor(
  parts: CallParts,
  { impersonate }: KubernetesOperation,
  gate: Gate<KubernetesOperation>,
  question: Question,
): Promise<Told | undefined> {
  const towards = towardsOf(gate)
  if (towards === undefined || (impersonate !== undefined && 'user' in towards.login)) return undefined
  const showing = await parts.logins.showing(towards).catch(() => undefined)
  if (showing === undefined) return undefined
  const headers = [...showing.headers, ...impersonationHeaders(impersonate ?? {})]
  const who = nameOf(gate.session.principal)
  const hold = (bytes: number) => parts.answers.take(who, bytes)
  return await ask(parts.targets.pool(towards, showing.certificate), headers, question, hold)
}

export interface Deciding extends Prepared {
  readonly incoming: Incoming
  readonly call: Call
  readonly gate: Gate<KubernetesOperation>
}

/**
 * @param withheld a status that is no answer to the client: the call is made again
 * @returns whether it was answered
 */
async function serveOperation(
  parts: CallParts,
  deciding: Deciding,
  response: ServerResponse,
  withheld: Overtaken | undefined,
): Promise<boolean> {
  const { call, body, gate } = deciding
  const { session } = gate
  const answer = (status: Status) => send(response, status)
  const ready = await admitted(parts, deciding)
  if ('kind' in ready) {
    answer(ready)
    return true
  }
  const { admission, showing, towards } = ready
  const { operation } = admission
  const rewritten = isOpenApiIndex(operation)
  const answered = await forward(
    {
      pool: parts.targets.pool(towards, showing.certificate),
      method: operation.method,
      target: writeTarget(operation),
      headers: [
        ...(rewritten ? withoutEncoding(call.headers.forwarded) : call.headers.forwarded),
        ...showing.headers,
        ...impersonationHeaders(operation.impersonate ?? {}),
      ],
      body,
      prefix: call.address.prefix,
      ended: admission.ended,
      repeatable: bodiless.has(call.method) && !call.proxied,
      withheld,
      ...(rewritten && { rewritten: index => withPrefix(index, call.address.prefix) }),
      failed: detail => parts.log('target', { session: session.id, target: session.target, ...detail }),
    },
    response,
    answer,
  )
  forgetRefused(parts, call, towards, answered)
  admission.finish(answered)
  return answered.status !== String(withheld)
}

/** Where the API itself did not take what it was shown: a program behind it refuses for reasons of its own. */
export function forgetRefused({ logins }: CallParts, { proxied }: Call, towards: Towards, { status }: Answered): void {
  if (status === '401' && !proxied) logins.forget(towards)
}

/** For an answer that is to be read here. */
function withoutEncoding(headers: readonly string[]): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'accept-encoding')
}

export interface Ready {
  readonly admission: Admitted<KubernetesOperation>
  readonly showing: Showing
  readonly towards: Towards
}

/** Decided by what is in force when it is passed on, and with what the target is shown at hand. */
export async function admitted(
  parts: CallParts,
  { incoming, call, gate, operation, conflict, targetRefusal }: Deciding,
): Promise<Ready | Status> {
  for (;;) {
    const admission = await gate.admit(operation, {
      source: incoming.source,
      whenPending: 'refuse',
      together: true,
      ...((operation.upgrade !== undefined || goesOn(call)) && { goesOn: true }),
    })
    if (!admission.allowed) {
      const isUnread = admission.refusal.code === 'unresolved'
      return (isUnread ? targetRefusal : undefined) ?? refused(admission.refusal, conflict)
    }
    const abort = (status: string) => admission.finish({ bytes: 0, status })
    const towards = towardsOf(gate)
    if (towards === undefined) {
      abort('aborted')
      return failed('Forbidden', 'ERR_TARGET_LOGIN', 'the target has no login for this role any more')
    }
    if (operation.impersonate !== undefined && 'user' in towards.login) {
      abort('aborted')
      return failed(
        'Forbidden',
        'ERR_IMPERSONATION',
        'this role appears as a user already, and cannot appear as another',
      )
    }
    let showing: Showing
    try {
      showing = await parts.logins.showing(towards)
    } catch (error) {
      const { code = 'ERR_INTERNAL', message } = error as GatewayError<string>
      parts.log('target', { session: gate.session.id, target: gate.session.target, code, message })
      abort(code)
      return failed('ServiceUnavailable', code, 'the gateway has no login at the target')
    }
    if (admission.bundle === gate.bundle && !isOver(gate)) return { admission, showing, towards }
    abort('aborted') // the policies have changed meanwhile, or the session is over: it is decided again
  }
}

/** While the gateway drains, what came before goes on. */
function isOver({ ended }: Gate<KubernetesOperation>): boolean {
  return ended.aborted && (ended.reason as Refusal).code !== 'draining'
}

function towardsOf({ target, session, credential }: Gate<KubernetesOperation>): Towards | undefined {
  const settings = target.settings as KubernetesTargetSettings
  const login = loginOf(settings, session.role)
  return login && { settings, login, credential }
}

/** Whose answer has no end of its own. */
function goesOn({ info, proxied, query }: Call): boolean {
  if (!info?.isResource) return false
  if (info.verb === 'watch' || proxied) return true
  return info.subresource === 'log' && query.some(([name]) => name === 'follow')
}

/** A refusal, on a connection that is fit for further calls only where all of this one was read. */
export function send(response: ServerResponse, status: Status): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { head, body } = written(status, response.req.headers.accept)
  if (!response.req.complete) response.shouldKeepAlive = false
  response.writeHead(status.code, head)
  response.end(body)
}
