import { type KnownResource, knownResources } from '@cedargate/policy-schema'
import { custom } from '../../linting/kubernetes/call.ts'
import { landscapeOf } from '../../linting/kubernetes/landscape.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Kinds of another group, of the names that Kubernetes' own have. */
const namesakes: readonly KnownResource[] = [...new Set(knownResources.map(({ resource }) => resource))].map(
  resource => ({ ...custom, resource }),
)

/** A kind is its group and its name: others have `services` and `jobs` too, and nobody looks into what those make. */
export const permitWithoutGroup: Rule = {
  name: 'permit-without-group',
  category: 'security',
  level: 'warning',
  summary: 'a permit to write kinds by their names alone, which kinds of other groups have too',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const permit = landscape.permit(policy)
    if (permit === undefined) return
    const writes = (kinds: readonly KnownResource[]) =>
      landscape.granted(permit, ['create', 'update', 'patch'], kinds).next().value
    // a permit of whatever there is names no kind
    if (writes([custom])) return
    const call = writes(namesakes)
    if (call)
      yield {
        message: `\`${policy.id}\` permits to \`${call.action}\` ${call.resource} of any group, next: say \`resource.apiGroup\``,
        at: at(policy, 'action'),
      }
  },
}
