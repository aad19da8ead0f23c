import { nodes } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A pattern that starts open matches what an attacker puts in front. */
export const likeLeadingWildcard: Rule = {
  name: 'like-leading-wildcard',
  category: 'security',
  level: 'warning',
  summary: 'a permit whose pattern starts with `*`',
  *check(policy) {
    if (policy.effect !== 'permit') return
    for (const node of bodies(policy).flatMap(body => [...nodes(body)])) {
      const like = node.like as { readonly pattern: readonly unknown[] } | undefined
      if (like?.pattern[0] !== 'Wildcard') continue
      yield {
        message: `a pattern in \`${policy.id}\` starts with \`*\` and so matches any prefix, next: anchor it, or compare with \`==\` or \`in\``,
        at: at(policy, 'like'),
      }
      return
    }
  },
}
