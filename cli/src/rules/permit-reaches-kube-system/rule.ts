import { anyOther, podKinds } from '../../linting/kubernetes/call.ts'
import { landscapeOf } from '../../linting/kubernetes/landscape.ts'
import { at, type Rule } from '../../linting/rule.ts'

const running = [
  ...['exec', 'attach', 'patch:ephemeralcontainers', 'update:ephemeralcontainers'],
  ...['create', 'update', 'patch'],
]

/** The pods of kube-system run the cluster: whoever brings code there has all of it. */
export const permitReachesKubeSystem: Rule = {
  name: 'permit-reaches-kube-system',
  category: 'security',
  level: 'warning',
  summary: 'a permit to run code in pods of a whole cluster, that of `kube-system` too',
  *check(policy, { repository }) {
    const landscape = landscapeOf(repository)
    const permit = landscape.permit(policy)
    if (permit === undefined || permit.place.namespace !== undefined) return
    for (const elsewhere of landscape.granted(permit, running, podKinds)) {
      if (elsewhere.namespace !== anyOther) continue
      const call = { ...elsewhere, namespace: 'kube-system' }
      if (!landscape.grants(permit, call) || landscape.isKept(call, elsewhere)) continue
      yield {
        message: `\`${policy.id}\` permits to \`${call.action}\` ${call.resource} in \`kube-system\` too, next: name the namespaces that it is for, or forbid it there`,
        at: at(policy, 'action'),
      }
      return
    }
  },
}
