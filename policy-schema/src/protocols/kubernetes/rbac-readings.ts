import type { GrantsReading } from './operation.ts'
import type { Part } from './part.ts'
import { sorted } from './pod-readings.ts'

const none: GrantsReading = { verbs: [], apiGroups: [], resources: [], nonResourceUrls: [], subjects: [] }

/** A role that gathers the rules of others may come to hold any. */
const anything: GrantsReading = {
  ...{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], nonResourceUrls: ['*'] },
  subjects: [],
}

/** Of a Role or ClusterRole: all its rules as one. */
export function readRole(object: Part): GrantsReading {
  const rules = object.parts('rules')
  const all = (key: string) => rules.flatMap(rule => rule.texts(key))
  const gathered = object.has('aggregationRule') ? anything : none
  return {
    verbs: sorted([...all('verbs'), ...gathered.verbs]),
    // The empty group is one.
    apiGroups: [...new Set([...all('apiGroups'), ...gathered.apiGroups])].sort(),
    resources: sorted([...all('resources'), ...gathered.resources]),
    nonResourceUrls: sorted([...all('nonResourceURLs'), ...gathered.nonResourceUrls]),
    subjects: sorted(object.part('metadata').map('labels').flatMap(gatheredBy)),
  }
}

/** `rbac.authorization.k8s.io/aggregate-to-admin: "true"`: whoever has that role has these rules too. */
function gatheredBy([label, value]: readonly [string, string]): readonly string[] {
  const [, role] = /\/aggregate-to-([^/]+)$/.exec(label) ?? []
  return role === undefined || value !== 'true' ? [] : [`ClusterRole/${role}`]
}

/** Of a RoleBinding or ClusterRoleBinding. */
export function readBinding(object: Part): GrantsReading {
  const role = object.part('roleRef')
  const [kind, name] = [role.text('kind'), role.text('name')]
  return {
    ...none,
    ...(name === '' ? {} : { role: `${kind}/${name}` }),
    subjects: sorted(object.parts('subjects').map(subject)),
  }
}

/** An account is one in whichever of its two ways it is written; `User/*` is of versions that took it for everybody. */
function subject(part: Part): string {
  const [kind, name] = [part.text('kind'), part.text('name')]
  if (kind === 'User' && name === '*') return 'Group/system:authenticated'
  const account = kind === 'User' ? /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) : null
  if (account !== null) return `ServiceAccount/${account[1]}/${account[2]}`
  return kind === 'ServiceAccount' ? `${kind}/${part.text('namespace')}/${name}` : `${kind}/${name}`
}
