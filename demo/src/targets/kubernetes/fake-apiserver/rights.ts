import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { KubernetesObject } from '../api-client.ts'
import { kinds } from './kinds.ts'
import type { Store } from './store.ts'

export interface User {
  readonly name: string
  readonly groups: readonly string[]
}
export interface Asked {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string
}

/** By client certificate or token of a service account. `undefined`: 401. */
export function authenticate(
  { socket, headers }: IncomingMessage,
  tokens: ReadonlyMap<string, string>,
): User | undefined {
  const certificate = (socket as TLSSocket).authorized ? (socket as TLSSocket).getPeerCertificate() : undefined
  const one = (value: string | readonly string[] | undefined) => [value ?? []].flat().join(',')
  if (certificate?.subject !== undefined)
    return { name: one(certificate.subject.CN), groups: [one(certificate.subject.O), 'system:authenticated'] }
  const account = tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '')
  if (account === undefined) return undefined
  return {
    name: `system:serviceaccount:${account.replace('/', ':')}`,
    groups: ['system:serviceaccounts', 'system:authenticated'],
  }
}

export interface Rule {
  readonly verbs?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
}

/** RBAC without resource names. */
export function isAllowed(store: Store, user: User, { verb, group, resource, namespace }: Asked): boolean {
  const matches = (of: readonly string[] | undefined, value: string) =>
    of?.some(each => each === '*' || each === value) ?? false
  return rulesOf(store, user, namespace).some(
    rule => matches(rule.verbs, verb) && matches(rule.apiGroups, group) && matches(rule.resources, resource),
  )
}

/** What a user may in a namespace, or where that is empty in the cluster. */
export function rulesOf(store: Store, { name, groups }: User, namespace: string): readonly Rule[] {
  if (groups.includes('system:masters')) return [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
  const list = (kind: string, within = '') => {
    const found = kinds.find(each => each.kind === kind)
    return found === undefined ? [] : store.list(found, within)
  }
  const binds = ({ subjects = [] }: KubernetesObject) =>
    subjects.some((subject: KubernetesObject) =>
      subject.kind === 'ServiceAccount'
        ? name === `system:serviceaccount:${subject.namespace}:${subject.name}`
        : subject.kind === 'User'
          ? name === subject.name
          : groups.includes(subject.name),
    )
  const rules = ({ roleRef, metadata }: KubernetesObject) =>
    list(roleRef.kind, roleRef.kind === 'Role' ? metadata.namespace : '').find(
      role => role.metadata.name === roleRef.name,
    )?.rules ?? []
  return [...list('ClusterRoleBinding'), ...(namespace === '' ? [] : list('RoleBinding', namespace))]
    .filter(binds)
    .flatMap(rules)
}

/** As whom a call is made, and whether its caller may. */
export function impersonated(store: Store, user: User, { headers }: IncomingMessage): User | undefined | 'denied' {
  const as = headers['impersonate-user']
  if (typeof as !== 'string') return undefined
  const [resource, namespace] = as.startsWith('system:serviceaccount:')
    ? ['serviceaccounts', as.split(':')[2] ?? '']
    : ['users', '']
  if (!isAllowed(store, user, { verb: 'impersonate', group: '', resource, namespace })) return 'denied'
  const groups = [headers['impersonate-group'] ?? []].flat().flatMap(value => value.split(', '))
  return { name: as, groups: [...groups, 'system:authenticated'] }
}
