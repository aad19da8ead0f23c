import { entity, nodes } from '../../linting/expression.ts'
import { bodies, scopeEntities } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A policy for a role that nobody can hold is a typing error, or dead. */
export const roleNeverGranted: Rule = {
  name: 'role-never-granted',
  category: 'correctness',
  level: 'error',
  summary: 'a role that no issuer grants',
  *check(policy, { repository }) {
    const granted = new Set(
      [...repository.identities.issuers.values()].flatMap(issuer => issuer.grants.flatMap(grant => grant.roles)),
    )
    const literals = bodies(policy).flatMap(body => [...nodes(body)].map(entity))
    const roles = [...scopeEntities(policy.json.principal), ...literals].filter(uid => uid?.type === 'Gate::Role')
    const approvers = (policy.annotations.approvers ?? '').split(',').map(role => role.trim())
    const named = new Set([...roles.map(uid => uid?.id ?? ''), ...approvers.filter(role => role !== '')])
    for (const role of named) {
      if (!granted.has(role))
        yield {
          message: `no issuer grants the role \`${role}\` of \`${policy.id}\`, next: grant it in identities.yaml or correct the name`,
          at: at(policy, `"${role}"`),
        }
    }
  },
}
