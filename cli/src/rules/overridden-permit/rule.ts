import { key } from '../../linting/expression.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A forbid always wins, so a permit with the same scope beside one without conditions permits nothing. */
export const overriddenPermit: Rule = {
  name: 'overridden-permit',
  category: 'correctness',
  level: 'warning',
  summary: 'a permit that a forbid takes back whole',
  *checkAll({ policies }) {
    const enforced = policies.filter(policy => policy.annotations.mode !== 'shadow')
    const scopeOf = ({ json: { principal, action, resource } }: (typeof enforced)[number]) =>
      key({ principal, action, resource })
    const forbids = new Map(
      enforced
        .filter(policy => policy.effect === 'forbid' && policy.json.conditions.length === 0)
        .map(policy => [scopeOf(policy), policy.id]),
    )
    for (const policy of enforced) {
      const forbid = policy.effect === 'permit' ? forbids.get(scopeOf(policy)) : undefined
      if (forbid !== undefined)
        yield {
          message: `\`${policy.id}\` permits nothing beside \`${forbid}\`, next: remove one of the two`,
          at: at(policy),
        }
    }
  },
}
