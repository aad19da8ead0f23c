import { pathsIn } from '../../linting/expression.ts'
import { bodies, isOpen } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Roles are how this vocabulary says who: a permit without one holds in all of them. */
export const wildcardPrincipal: Rule = {
  name: 'wildcard-principal',
  category: 'security',
  level: 'warning',
  summary: 'a permit for every role',
  *check(policy) {
    if (policy.effect !== 'permit' || !isOpen(policy.json.principal)) return
    const paths = bodies(policy).flatMap(body => [...pathsIn(body)])
    if (paths.some(path => path === 'principal' || path.startsWith('principal.'))) return
    yield {
      message: `\`${policy.id}\` permits in every role, next: write \`principal in Gate::Role::"…"\``,
      at: at(policy, 'principal'),
    }
  },
}
