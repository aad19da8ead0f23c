import { scopeEntities } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Who has which role is said in identities.yaml, where it can be reviewed and taken away in one place. */
export const hardCodedPrincipal: Rule = {
  name: 'hard-coded-principal',
  category: 'security',
  level: 'warning',
  summary: 'a permit for one agent or user by name',
  *check(policy) {
    if (policy.effect !== 'permit') return
    const named = scopeEntities(policy.json.principal).find(({ type }) => type !== 'Gate::Role')
    if (named !== undefined)
      yield {
        message: `\`${policy.id}\` permits to \`${named.id}\` by name, next: grant a role in identities.yaml and permit to that`,
        at: at(policy, `${named.type}::"${named.id}"`),
      }
  },
}
