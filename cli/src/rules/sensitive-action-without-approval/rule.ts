import { authoringModel, environments, policyJson, type SchemaModel, scopeOf } from '@cedargate/policy-schema'
import type { LintPolicy } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Groups of what gives more than it says: what changes who may do what, and what brings code that runs with nobody asked. */
const sensitive = ['Postgres::Action::"escalate"', 'Postgres::Action::"code"']
/**
 * Actions that do: to appear as somebody else, to be given a token or have a certificate signed for anybody, to reach what
 * stands behind the API with its rights.
 */
const alone = ['impersonate', 'create:token', 'update:approval', 'patch:approval', 'proxy'].map(
  action => `K8s::Action::"${action}"`,
)

/** A permit of something that undoes other policies, without a second person. */
export const sensitiveActionWithoutApproval: Rule = {
  name: 'sensitive-action-without-approval',
  category: 'security',
  level: 'warning',
  summary:
    'a permit of an action that undoes other policies (`escalate`, `code`, `impersonate` …) that nobody has to approve',
  *checkAll({ policies }) {
    const schema = authoringModel()
    for (const policy of policies) {
      const isOpen = policy.effect === 'permit' && policy.annotations.approvers === undefined
      if (!isOpen || policy.json.action.op === 'All') continue // wildcard-action finds those
      const [action] = permitted(policy, schema)
      if (action === undefined) continue
      yield {
        message: `\`${policy.id}\` permits \`${action}\` without an approval, next: add \`@approvers("role")\` and ask for \`context.approval\``,
        at: at(policy, 'action'),
      }
    }
  },
}

/** The sensitive actions that a policy's head admits, in the order of the schema. */
function permitted(policy: LintPolicy, schema: SchemaModel): readonly string[] {
  return environments(scopeOf(policyJson(policy)), schema)
    .map(({ action }) => action)
    .filter(action => alone.includes(action) || schema.actions[action]?.groups.some(group => sensitive.includes(group)))
    .map(action => action.slice(action.indexOf('"') + 1, -1))
}
