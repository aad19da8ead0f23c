import { pathsIn } from '../../linting/expression.ts'
import { bodies, isOpen } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A permit that neither names a resource nor asks anything of it or of its target holds for every target there will be. */
export const wildcardResource: Rule = {
  name: 'wildcard-resource',
  category: 'security',
  level: 'warning',
  summary: 'a permit that bounds neither its resource nor its target',
  *check(policy) {
    if (policy.effect !== 'permit' || !isOpen(policy.json.resource)) return
    const paths = bodies(policy).flatMap(body => [...pathsIn(body)])
    if (paths.some(path => path === 'resource' || path.startsWith('resource.') || path.startsWith('context.target')))
      return
    yield {
      message: `\`${policy.id}\` permits on every resource of every target, next: write \`resource in …\` or ask for \`context.target.tags\``,
      at: at(policy, 'resource'),
    }
  },
}
