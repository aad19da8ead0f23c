import type { Target } from '../../repository/types.ts'
import { saysOwners } from './besides.ts'
import { type ReadBody, readBody } from './body.ts'
import { isDryDelete } from './delete-options.ts'
import { toCall } from './kubectl.ts'
import { type Call, type KubectlShorthand, wrong } from './kubectl-calls.ts'
import {
  type Impersonation,
  type KubernetesCatalog,
  type KubernetesOperation,
  type Method,
  methods,
} from './operation.ts'
import { jsonPatch, mergePatch } from './patches.ts'
import { readTarget } from './path.ts'
import { needsReading, readObject } from './readings.ts'
import { type RequestInfo, requestInfo } from './request-info.ts'

/** `api:`, an API call. Without a body it is a line as well: `GET /api/v1/nodes`. */
export interface ApiShorthand {
  readonly method: Method
  /** With its query. */
  readonly path: string
  readonly body?: unknown
  /** `application/json` unless given. */
  readonly contentType?: string
  readonly upgrade?: 'spdy' | 'websocket'
  readonly impersonate?: Impersonation
  /** The object that the target has; `null`: none. */
  readonly before?: object | null
  /** The object that would result, where the patch alone does not say. */
  readonly after?: object
}

/**
 * `api:` or `kubectl:` as an operation. What the target would be asked stands in the test: the object before the call, and of
 * a patch that is not to be computed the one after it.
 *
 * @throws PolicyError `ERR_SHORTHAND` where it is neither, or a command that is not read
 */
export function toOperation(shorthand: unknown, _target: Target): KubernetesOperation {
  const { api, kubectl } = (typeof shorthand === 'object' && shorthand !== null ? shorthand : {}) as {
    api?: ApiShorthand | string | null
    kubectl?: string | KubectlShorthand
  }
  if (kubectl !== undefined) return operationOf(toCall(typeof kubectl === 'string' ? { command: kubectl } : kubectl))
  if (api !== undefined) return operationOf(checked(api))
  throw wrong('what a Kubernetes target is asked stands in `kubectl:` or `api:`, next: say one of them')
}

/** What comes from a file fits its schema already; what is typed need not. */
function checked(given: ApiShorthand | string | null): ApiShorthand {
  const api = typeof given === 'string' ? lineOf(given) : given
  const { method, path } = api ?? ({} as Partial<ApiShorthand>)
  if (api === null || method === undefined)
    throw wrong('`api:` says no call, next: say it as `GET /api/v1/namespaces/shop/pods`')
  if (!methods.includes(method)) throw wrong(`\`${method}\` is no method, next: say ${methods.join(', ')}`)
  if (typeof path !== 'string') throw wrong('`api:` says no `path`, next: add one, as `/api/v1/namespaces/shop/pods`')
  return api
}

/** `GET /api/v1/nodes`: what `sessions show` prints of a call without a body. */
function lineOf(text: string): ApiShorthand | null {
  const [, method, path] = /^([A-Z]+) +(\S+)$/.exec(text.trim()) ?? []
  return method === undefined || path === undefined ? null : { method: method as Method, path }
}

function operationOf(call: Call): KubernetesOperation {
  const target = readTarget(call.path)
  if (typeof target === 'string') throw wrong(`\`${call.path}\`: ${target}`)
  const info = requestInfo({ method: call.method, ...target })
  const { upgrade, impersonate } = call
  const read = call.body === undefined ? undefined : readBodyOf(call, info)
  return {
    ...{ protocol: 'kubernetes', kind: 'request', method: call.method, ...target },
    ...(upgrade !== undefined && { upgrade }),
    ...(impersonate !== undefined && { impersonate }),
    ...(read && { body: read.body }),
    catalog: { ...(info && catalogOf(call, info)), ...(read && saysOwners(info, read) && { owned: true }) },
  }
}

const defaultType = 'application/json'

function readBodyOf({ body, contentType = defaultType }: Call, info: RequestInfo | undefined): ReadBody {
  const read = readBody(Buffer.from(JSON.stringify(body)), contentType, info)
  if (typeof read === 'string') throw wrong(read)
  return read
}

function catalogOf(call: Call, info: RequestInfo): KubernetesCatalog {
  if (call.method === 'DELETE' && isDryDelete(call.body)) return { dryRun: true }
  if (!info.isResource) return {}
  const read = (object: object) => {
    const reading = readObject(object, info)
    if (typeof reading === 'string') throw wrong(reading)
    return reading
  }
  const known = call.before === undefined ? {} : { before: call.before === null ? null : read(call.before) }
  if (!needsReading(info)) return known
  const after = afterOf(call)
  if (after === undefined)
    return {
      ...known,
      unread: 'what a patch makes of an object is not known, next: say `before:` or `after:` beside the call',
    }
  return { ...known, after: read(after) }
}

function afterOf(call: Call): object | undefined {
  const { method, body, before, after, changed, contentType = defaultType } = call
  if (after !== undefined) return after
  if (method !== 'PATCH') return typeof body === 'object' && body !== null ? body : undefined
  // A Scale is its number: the patch says all of it.
  const isScale = /\/scale(\?|$)/.test(call.path)
  const object = before ?? (isScale ? {} : undefined)
  if (object === undefined) return undefined
  if (changed !== undefined) return changed(object)
  const merged = contentType.startsWith('application/merge-patch') ? mergePatch(object, body) : undefined
  const patched = contentType.startsWith('application/json-patch') ? jsonPatch(object, body)?.value : undefined
  const result = merged ?? patched
  return typeof result === 'object' && result !== null ? result : undefined
}
