import { unsegment } from '@cedargate/policy-schema'
import { entity, nodes } from '../../linting/expression.ts'
import { bodies, scopeEntities } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Ids of resources start with a target's name; one that is no target matches nothing. */
export const unknownTarget: Rule = {
  name: 'unknown-target',
  category: 'correctness',
  level: 'error',
  summary: 'a resource of a target that targets.yaml does not name',
  *check(policy, { repository }) {
    const literals = bodies(policy).flatMap(body => [...nodes(body)].map(entity))
    for (const uid of [...scopeEntities(policy.json.resource), ...literals]) {
      // Roles, agents and users belong to no target, nor do actions.
      if (uid === undefined || uid.type.startsWith('Gate::') || uid.type.endsWith('::Action')) continue
      const target = unsegment(uid.id.split(/[/:]/, 1)[0] ?? '')
      if (!repository.targets.has(target))
        yield {
          message: `\`${uid.id}\` in \`${policy.id}\` is of no target in targets.yaml, next: add \`${target}\` there or correct the name`,
          at: at(policy, `"${uid.id}"`),
        }
    }
  },
}
