import type { IncomingMessage } from 'node:http'
import { type Kind, kinds } from './kinds.ts'

/** A call to an object or a kind of them. */
export interface ResourceCall {
  readonly verb: string
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

const verbs: { readonly [method: string]: string } = {
  ...{ POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' },
}

export function toResourceCall(
  { method = '' }: IncomingMessage,
  { pathname, searchParams }: URL,
): ResourceCall | undefined {
  const [, group = '', rest = ''] = /^\/(?:api|apis\/([^/]+))\/v1\/(.+)$/.exec(pathname) ?? []
  const parts = rest.split('/').map(decodeURIComponent)
  const within = parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'status' && parts[2] !== 'finalize'
  const [namespace = '', [resource = '', name = '', subresource = '']] = within
    ? [parts[1], parts.slice(2)]
    : ['', parts]
  const kind = kinds.find(each => each.group === group && each.resource === resource)
  if (kind === undefined || (subresource !== '' && !kind.subresources.includes(subresource))) return undefined
  const watches = /^(1|true)$/.test(searchParams.get('watch') ?? '')
  const reads = watches ? 'watch' : name === '' ? 'list' : 'get'
  const verb = verbs[method] ?? reads
  return { verb: verb === 'delete' && name === '' ? 'deletecollection' : verb, kind, namespace, name, subresource }
}
