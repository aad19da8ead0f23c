import { anyOther, type Call, kinds } from '../../linting/kubernetes/call.ts'
import { type Landscape, landscapeOf, type ObjectPolicy } from '../../linting/kubernetes/landscape.ts'
import { meet } from '../../linting/kubernetes/place.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A verb, and what Kubernetes' own access rules count to it, behind the name of an object of these kinds. */
interface Below {
  readonly verb: string
  readonly actions: readonly string[]
  readonly of: readonly string[]
}
const scaled = ['deployments', 'statefulsets', 'replicasets', 'replicationcontrollers']
const below: readonly Below[] = [
  { verb: 'get', actions: ['get:log'], of: ['pods'] },
  { verb: 'create', actions: ['exec', 'attach', 'portforward', 'proxy', 'create:eviction'], of: ['pods'] },
  { verb: 'create', actions: ['create:token'], of: ['serviceaccounts'] },
  ...['update', 'patch'].flatMap(verb => [
    { verb, actions: [`${verb}:ephemeralcontainers`], of: ['pods'] },
    { verb, actions: [`${verb}:scale`], of: scaled },
  ]),
]

/** No verb holds a subresource: a forbid that takes a namespace out of what others permit has to name them. */
export const forbidWithoutSubresources: Rule = {
  name: 'forbid-without-subresources',
  category: 'security',
  level: 'warning',
  summary: 'a forbid that closes a part of a cluster but for subresources that a wider permit grants',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const forbid = landscape.forbid(policy)
    for (const row of forbid === undefined ? [] : below.filter(({ verb }) => forbid.actions.has(verb)))
      for (const permit of landscape.permits) {
        const call = forbid && leftOpen(row, forbid, permit, landscape)
        if (call === undefined) continue
        yield {
          message: `\`${policy.id}\` forbids to \`${row.verb}\` ${call.resource} and not to \`${call.action}\`, which \`${permit.policy.id}\` permits there, next: add \`K8s::Action::"${call.action}"\` to its actions`,
          at: at(policy, 'action'),
        }
        return
      }
  },
}

function leftOpen(row: Below, forbid: ObjectPolicy, permit: ObjectPolicy, landscape: Landscape): Call | undefined {
  const place = meet(forbid.place, permit.place)
  if (place === undefined) return undefined
  const of = kinds.filter(({ resource }) => row.of.includes(resource))
  for (const call of landscape.granted(permit, row.actions, of, place)) {
    const isClosed = landscape.holds(forbid, { ...call, action: row.verb }) === true
    if (!isClosed) continue
    // whoever permits just this there means it
    const elsewhere = [{ namespace: anyOther }, { role: anyOther }].map(other => ({ ...call, ...other }))
    const isWider = elsewhere.some(
      other => landscape.grants(permit, other) && landscape.holds(forbid, { ...other, action: row.verb }) === false,
    )
    if (isWider && !landscape.forbids.some(each => landscape.holds(each, call) !== false)) return call
  }
  return undefined
}
