import type { KubernetesObject } from '../api-client.ts'

/** Whether an object is among those that `labelSelector` and `fieldSelector` of a query name. */
export function isSelected({ searchParams }: URL, object: KubernetesObject): boolean {
  const labels = terms(searchParams.get('labelSelector')).every(term =>
    holds(term, key => object.metadata.labels?.[key]),
  )
  const field = (path: string) =>
    path.split('.').reduce((at, key) => at?.[key], object) ?? (path === 'metadata.namespace' ? '' : undefined)
  return labels && terms(searchParams.get('fieldSelector')).every(term => holds(term, field))
}

function terms(selector: string | null): readonly string[] {
  return (selector ?? '').split(/,(?![^(]*\))/).filter(term => term !== '')
}

function holds(term: string, of: (key: string) => string | undefined): boolean {
  const [, setKey = '', negated, values] = /^(\S+) (not)?in \((.*)\)$/.exec(term) ?? []
  if (values !== undefined) return values.split(',').includes(of(setKey) ?? '') === (negated === undefined)
  const [, key = '', operator, value] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? []
  if (operator !== undefined) return (of(key) === value) === (operator !== '!=')
  return term.startsWith('!') ? of(term.slice(1)) === undefined : of(term) !== undefined
}
