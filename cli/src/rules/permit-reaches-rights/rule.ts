import { kinds } from '../../linting/kubernetes/call.ts'
import { landscapeOf } from '../../linting/kubernetes/landscape.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** What gives rights away, and what later sees or answers the calls of others. */
const giving: ReadonlySet<string> = new Set([
  ...['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
  ...['validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'apiservices'],
])
const rights = kinds.filter(({ resource }) => giving.has(resource))

/** A permit of all kinds is one of Roles and their bindings: whoever has it may come to have more. */
export const permitReachesRights: Rule = {
  name: 'permit-reaches-rights',
  category: 'security',
  level: 'warning',
  summary:
    'a permit to write roles, bindings, webhooks or API services of a cluster that nobody approves or looks into',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const permit = landscape.permit(policy)
    if (permit === undefined) return
    for (const call of landscape.granted(permit, ['create', 'update', 'patch'], rights)) {
      const other = { ...call, apiGroup: 'example.com', resource: 'widgets' }
      if (landscape.isKept(call, other) || landscape.looks([permit, ...landscape.forbids], call, 'grants')) continue
      yield {
        message: `\`${policy.id}\` permits to \`${call.action}\` ${call.resource}, by which more is permitted than policies say, next: name the kinds that it is for, bound \`context.grants\`, or add \`@approvers("role")\` and ask for \`context.approval\``,
        at: at(policy, 'action'),
      }
      return
    }
  },
}
