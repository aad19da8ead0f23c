/** What a command line of kubectl becomes, and the parts that its commands share. */
import { PolicyError } from '../../errors.ts'
import { closeTo } from '../../spelling.ts'
import { unsupported, type Words } from './kubectl-words.ts'
import { type KnownResource, knownResources, resourceNamed, resourcePath } from './resources.ts'
import type { ApiShorthand } from './shorthand.ts'

/** `kubectl:` with what is not in the command line. */
export interface KubectlShorthand {
  readonly command: string
  /** What `-f` names. */
  readonly manifest?: { readonly [key: string]: unknown }
  readonly before?: object | null
}

/** A call, and of a patch what it makes of the object before. */
export type Call = ApiShorthand & { readonly changed?: (before: object) => object }

export interface Given extends Words {
  readonly namespace: string
  readonly shorthand: KubectlShorthand
}

const kindNames = knownResources.flatMap(({ resource, kind, shortNames }) => [
  resource,
  kind.toLowerCase(),
  ...shortNames,
])

/** The one object that a command names. */
export function one(given: Given): { readonly known: KnownResource; readonly name: string } {
  const [what = '', ...names] = given.arguments
  const [type = '', slashed] = what.split('/')
  const name = slashed ?? names[0]
  if (name === undefined || name === '' || names.length > (slashed === undefined ? 1 : 0))
    throw wrong(`\`${given.command}\` does not name one object, next: name it as \`deployment/web\``)
  return { known: resourceOf(type), name }
}

export function described(given: Given, object: { readonly [key: string]: unknown }) {
  const { apiVersion, kind, metadata } = object as {
    apiVersion?: string
    kind?: string
    metadata?: { name?: string; namespace?: string }
  }
  const [version = '', group = ''] = (apiVersion ?? '').split('/').reverse()
  const found = resourceNamed(kind ?? '')
  if (found === undefined || found.group !== group) throw unsupported(`a manifest of \`${apiVersion}\` \`${kind}\``)
  const name = metadata?.name ?? ''
  return { known: { ...found, version }, name, namespace: metadata?.namespace ?? given.namespace }
}

export function resourceOf(name: string): KnownResource {
  const known = resourceNamed(name)
  if (known === undefined) throw unsupported(`the kind \`${name}\``, closeTo(name, kindNames))
  return known
}

export function typeOf({ group, version, kind }: KnownResource) {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind }
}

export function path(known: KnownResource, given: Given, rest: readonly string[]): string {
  return resourcePath(known, given.has('all-namespaces') ? undefined : given.namespace, ...rest)
}

export function post(given: Given, body: { readonly [key: string]: unknown }): Call {
  const { known, namespace } = described(given, body)
  return { method: 'POST', path: withQuery(resourcePath(known, namespace), writing(given)), body }
}

export function patch(
  given: Given,
  at: string,
  contentType: string,
  body: unknown,
  changed?: (before: object) => object,
): Call {
  return { method: 'PATCH', path: withQuery(at, writing(given)), body, contentType, ...(changed && { changed }) }
}

/** As whom kubectl writes, and whether for trial. */
function writing(given: Given): Query {
  return [['fieldManager', given.value('field-manager') ?? `kubectl-${given.command}`], ...dry(given)]
}

export type Query = readonly (readonly [string, string])[]

export function selectors(given: Given): Query {
  return pairs(given, { selector: 'labelSelector', 'field-selector': 'fieldSelector' })
}

export function pairs(given: Given, names: { readonly [flag: string]: string }): Query {
  return Object.entries(names).flatMap(([flag, name]) => {
    const value = given.value(flag)
    return value === undefined ? [] : [[name, value] as const]
  })
}

export function dry(given: Given): Query {
  return given.value('dry-run') === 'server' ? [['dryRun', 'All']] : []
}

export function withQuery(at: string, query: Query): string {
  const text = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return text === '' ? at : `${at}?${text}`
}

export function wrong(why: string): PolicyError {
  return new PolicyError('ERR_SHORTHAND', why)
}
