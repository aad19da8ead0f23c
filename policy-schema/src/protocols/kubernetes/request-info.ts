/**
 * What a call to the Kubernetes API is about, read as kube-apiserver reads it.
 *
 * @see k8s.io/apiserver, `pkg/endpoints/request/requestinfo.go`: NewRequestInfo
 */
import type { KubernetesOperation, Method } from './operation.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'proxy'

export interface ResourceInfo {
  readonly isResource: true
  /** Empty where the method is none that resources have. */
  readonly verb: Verb | ''
  readonly apiGroup: string
  readonly apiVersion: string
  readonly namespace: string
  readonly resource: string
  readonly name: string
  readonly subresource: string
  /** The resource's name and whatever follows it. */
  readonly parts: readonly string[]
}
export interface NonResourceInfo {
  readonly isResource: false
  readonly path: string
}
export type RequestInfo = ResourceInfo | NonResourceInfo

/** Whether it is for a program behind the API: a pod's, a service's, a node's. */
export function isProxied({ verb, subresource }: ResourceInfo): boolean {
  return verb === 'proxy' || subresource === 'proxy'
}

const verbs: { readonly [method in Method]?: Verb } = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** Those of a namespace; whatever else follows its name is a resource in it. */
const namespaceSubresources = new Set(['status', 'finalize'])

/** @returns `undefined` where the server itself cannot tell what is meant, and answers with an error */
export function requestInfo({
  method,
  path,
  query,
}: Pick<KubernetesOperation, 'method' | 'path' | 'query'>): RequestInfo | undefined {
  const nonResource: RequestInfo = { isResource: false, path }
  let parts = decodedSegments(path)
  if (parts === undefined) return undefined
  if (parts.length < 3) return nonResource
  const [prefix] = parts
  if (prefix !== 'api' && prefix !== 'apis') return nonResource
  parts = parts.slice(1)
  let apiGroup = ''
  if (prefix === 'apis') {
    if (parts.length < 3) return nonResource
    ;[apiGroup = '', ...parts] = parts
  }
  const [apiVersion = '', ...rest] = parts
  parts = rest
  let verb: Verb | '' = verbs[method] ?? ''
  const [special] = parts
  if (special === 'proxy' || special === 'watch') {
    if (parts.length < 2) return undefined
    verb = special
    parts = parts.slice(1)
  }
  let namespace = ''
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1] ?? ''
    if (parts.length > 2 && !namespaceSubresources.has(parts[2] ?? '')) parts = parts.slice(2)
  }
  const [resource = '', named = ''] = parts
  const subresource = verb === 'proxy' ? '' : (parts[2] ?? '')
  let name = named
  if (name === '' && verb === 'get') {
    verb = isWatch(query) ? 'watch' : 'list'
    name = exactName(query) ?? ''
  }
  if (name === '' && verb === 'delete') verb = 'deletecollection'
  return { isResource: true, verb, apiGroup, apiVersion, namespace, resource, name, subresource, parts }
}

/** @returns `undefined` for what no path is that was read here: a line of a trail may hold anything */
function decodedSegments(path: string): string[] | undefined {
  const trimmed = path.replace(/^\/+|\/+$/g, '')
  if (trimmed === '') return []
  const segments = trimmed.split('/')
  try {
    return trimmed.includes('%') ? segments.map(decodeURIComponent) : segments
  } catch {
    return undefined
  }
}

function isWatch(query: KubernetesOperation['query']): boolean {
  return isOn(query.find(([name]) => name === 'watch')?.[1])
}

/**
 * `?watch`, `?watch=1`, `?watch=anything`, but for `0` and `false`: of several the first value counts.
 *
 * @see k8s.io/apimachinery, `pkg/runtime/conversion.go`: Convert_Slice_string_To_bool
 */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false'
}

/**
 * `fieldSelector=metadata.name=web` asks for one object by its name.
 *
 * @see k8s.io/apimachinery, `pkg/fields/selector.go`: ParseSelector, RequiresExactMatch
 */
function exactName(query: KubernetesOperation['query']): string | undefined {
  const selector = query.find(([name]) => name === 'fieldSelector')?.[1]
  if (selector === undefined) return undefined
  // A comma behind a backslash is part of a value.
  const terms = (selector.match(/(?:\\.|[^,\\])+/gs) ?? []).map(readTerm)
  if (selector.endsWith('\\') || terms.includes(undefined)) return undefined
  const name = terms.find(term => term?.field === 'metadata.name' && term.operator !== '!=')?.value
  return name !== undefined && isSegmentName(name) ? name : undefined
}

interface Term {
  readonly field: string
  readonly operator: string
  readonly value: string
}

/** @returns `undefined` where it is none: then the server refuses the call */
function readTerm(text: string): Term | undefined {
  const [, field, operator = '', escaped = ''] = /^(.*?)(!=|==|=)(.*)$/s.exec(text) ?? []
  if (field === undefined || /^(?:\\[\\,=]|[^\\,=])*$/s.test(escaped) === false) return undefined
  return { field, operator, value: escaped.replace(/\\(.)/gs, '$1') }
}

/** @see k8s.io/apimachinery, `pkg/api/validation/path`: IsValidPathSegmentName */
function isSegmentName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name)
}
