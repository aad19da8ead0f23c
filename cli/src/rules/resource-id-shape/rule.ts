import { entity, nodes } from '../../linting/expression.ts'
import { bodies, scopeEntities } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** How many segments the id of each type has, and what they are. DESIGN §6, entity ids. */
const segments: Readonly<Record<string, readonly string[]>> = {
  'Postgres::Server': ['target'],
  'Postgres::Database': ['target', 'database'],
  'Postgres::Schema': ['target', 'database', 'schema'],
  'Postgres::Table': ['target', 'database', 'schema', 'table'],
  'Postgres::Function': ['target', 'database', 'schema', 'function(argument types)'],
}

/** An id with too few or too many segments is of nothing that there is, and Cedar cannot know. */
export const resourceIdShape: Rule = {
  name: 'resource-id-shape',
  category: 'correctness',
  level: 'error',
  summary: 'a resource id with too few or too many segments',
  *check(policy) {
    const literals = bodies(policy).flatMap(body => [...nodes(body)].map(entity))
    for (const uid of [...scopeEntities(policy.json.resource), ...literals]) {
      const expected = uid === undefined ? undefined : segments[uid.type]
      if (uid === undefined || expected === undefined || isShaped(uid.id, expected.length)) continue
      yield {
        message: `\`${uid.id}\` in \`${policy.id}\` is the id of no ${uid.type}, next: write \`${expected.join('/')}\``,
        at: at(policy, `"${uid.id}"`),
      }
    }
  },
}

function isShaped(id: string, count: number): boolean {
  const parts = id.split('/')
  return parts.length === count && parts.every(part => part !== '')
}
