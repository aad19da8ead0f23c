import { kinds } from '../../linting/kubernetes/call.ts'
import { landscapeOf } from '../../linting/kubernetes/landscape.ts'
import { at, type Rule } from '../../linting/rule.ts'

const secrets = kinds.filter(kind => kind.group === '' && kind.resource === 'secrets')

/** A `list` answers with all that is in each Secret, and so does whatever reads all kinds. */
export const permitReachesSecrets: Rule = {
  name: 'permit-reaches-secrets',
  category: 'security',
  level: 'warning',
  summary: 'a permit that reads Secrets of a cluster without saying so, or all of them at once',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const permit = landscape.permit(policy)
    if (permit === undefined) return
    for (const call of landscape.granted(permit, ['get', 'list', 'watch'], secrets)) {
      const other = { ...call, resource: 'widgets' }
      const isMeant = landscape.holds(permit, other) === false
      if (landscape.isKept(call, other) || (isMeant && call.action === 'get')) continue
      yield {
        message: isMeant
          ? `\`${policy.id}\` permits to \`${call.action}\` Secrets, which answers with all that is in them, next: permit \`get\` of those that are needed`
          : `\`${policy.id}\` also permits to \`${call.action}\` Secrets, next: add \`resource.resource != "secrets"\`, or name the kinds that it is for`,
        at: at(policy, 'action'),
      }
      return
    }
  },
}
