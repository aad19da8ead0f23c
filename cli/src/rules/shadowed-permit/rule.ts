import { limitAnnotations } from '@cedargate/policy-schema'
import { key } from '../../linting/expression.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A permit with conditions beside one with the same scope and none decides nothing. */
export const shadowedPermit: Rule = {
  name: 'shadowed-permit',
  category: 'correctness',
  level: 'warning',
  summary: 'a permit whose conditions another permit makes idle',
  *checkAll({ policies }) {
    const enforced = policies.filter(policy => policy.effect === 'permit' && policy.annotations.mode !== 'shadow')
    const scopeOf = ({ json: { principal, action, resource } }: (typeof enforced)[number]) =>
      key({ principal, action, resource })
    const wide = new Map(
      enforced.filter(policy => policy.json.conditions.length === 0).map(policy => [scopeOf(policy), policy.id]),
    )
    for (const policy of enforced) {
      // a limit of its own obliges whatever it helps to permit
      const decides = policy.json.conditions.length === 0 || limitAnnotations.some(name => name in policy.annotations)
      const wider = decides ? undefined : wide.get(scopeOf(policy))
      if (wider !== undefined)
        yield {
          message: `the conditions of \`${policy.id}\` decide nothing beside \`${wider}\`, next: remove one of the two`,
          at: at(policy),
        }
    }
  },
}
