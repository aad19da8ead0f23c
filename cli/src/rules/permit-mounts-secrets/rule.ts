import { podKinds } from '../../linting/kubernetes/call.ts'
import { landscapeOf } from '../../linting/kubernetes/landscape.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Whoever makes a pod sees what is in each Secret that it mounts. */
export const permitMountsSecrets: Rule = {
  name: 'permit-mounts-secrets',
  category: 'security',
  level: 'warning',
  summary: 'a permit to make pods that may mount any Secret, for who may read none',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const permit = landscape.permit(policy)
    if (permit === undefined || permit.reads.has('secrets')) return
    for (const call of landscape.granted(permit, ['create', 'update', 'patch'], podKinds)) {
      const { name: _, ...where } = call
      const reading = { ...where, apiGroup: '', resource: 'secrets', action: 'get' }
      const readsThem = landscape.permits.some(each => landscape.grants(each, reading))
      if (readsThem || landscape.looks(landscape.forbids, call, 'secrets')) continue
      yield {
        message: `\`${policy.id}\` permits to \`${call.action}\` ${call.resource} that mount any Secret, next: bound \`context.secrets\`, here or by a forbid`,
        at: at(policy, 'action'),
      }
      return
    }
  },
}
