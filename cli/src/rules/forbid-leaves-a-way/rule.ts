import { type Call, isOfAll, isUnnamed, kinds, readingsOf } from '../../linting/kubernetes/call.ts'
import { type Landscape, landscapeOf, type ObjectPolicy } from '../../linting/kubernetes/landscape.ts'
import { meet } from '../../linting/kubernetes/place.ts'
import { at, type Rule } from '../../linting/rule.ts'
import { type Way, ways } from './ways.ts'

/** A forbid of one call keeps nobody from an end that another call reaches. */
export const forbidLeavesAWay: Rule = {
  name: 'forbid-leaves-a-way',
  category: 'security',
  level: 'warning',
  summary: 'a forbid of one call to a cluster beside a permit of another to the same end',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const forbid = landscape.forbid(policy)
    const found = forbid && openWay(forbid, landscape)
    if (found === undefined) return
    const { from, call, permit } = found
    const [them, next] = isOfAll(call)
      ? ['them in all namespaces at once', 'permit it by namespaces, or forbid it where `resource` has none']
      : ['them', `forbid \`${call.action}\` as well, or permit it of others alone`]
    yield {
      message: `\`${policy.id}\` forbids to \`${from}\` ${call.resource} and not to \`${call.action}\` ${them}, which \`${permit}\` permits, next: ${next}`,
      at: at(policy, 'action'),
    }
  },
}

/** What only one kind of call has in its context: a forbid that looks at it speaks of no other. */
const own = ['execution', 'force', 'fieldManager', 'labelSelector', 'fieldSelector', 'subresource']
/** What every call has. */
const common: ReadonlySet<string> = new Set(['session', 'source', 'now', 'target', 'task', 'approval', 'dryRun'])

function openWay(forbid: ObjectPolicy, landscape: Landscape) {
  if (own.some(member => forbid.reads.has(member))) return undefined
  const looked = [...forbid.reads].filter(member => !common.has(member))
  const alike = landscape.forbids.filter(({ reads }) => looked.length === 0 || looked.some(member => reads.has(member)))
  for (const way of ways.filter(({ looking }) => looking?.some(member => forbid.reads.has(member)) ?? true))
    for (const call of callsOf(way, forbid, landscape)) {
      const isCarried = looked.every(member => readingsOf(call).includes(member.replace('Before', '')))
      if (!isCarried || alike.some(other => landscape.holds(other, call) !== false)) continue
      const permit = landscape.permits.find(each => landscape.grants(each, call))
      return { from: way.from, call, permit: permit?.policy.id }
    }
  return undefined
}

/** What permits grant of the calls that a way leads to, where the forbid may hold for one that it comes from. */
function* callsOf({ from, to, of, but }: Way, forbid: ObjectPolicy, landscape: Landscape): Generator<Call> {
  const { name, namespace, ...anywhere } = forbid.place
  const named = isUnnamed(from) ? { name: '' } : name === undefined ? {} : { name }
  const inAny = namespace === undefined ? landscape.namespaces : [namespace]
  const kindsOf = kinds.filter(
    ({ group: apiGroup, resource }) =>
      (of?.includes(resource) ?? !but?.includes(resource)) &&
      landscape.concerns(forbid, { action: from, apiGroup, resource }),
  )
  for (const permit of kindsOf.length === 0 ? [] : landscape.permits) {
    const place = meet(anywhere, permit.place)
    if (place === undefined) continue
    for (const call of landscape.granted(permit, to, kindsOf, place)) {
      const namespaces = isOfAll(call) ? inAny : [call.namespace]
      const forbidden = namespaces.map(each => ({ ...call, namespace: each, action: from, ...named }))
      if (forbidden.some(each => landscape.holds(forbid, each) !== false)) yield call
    }
  }
}
