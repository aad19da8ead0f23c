import { entity, nodes } from '../../linting/expression.ts'
import { bodies, scopeEntities } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** The segments that an id of each type may have; those with a `?` may be empty. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  'Postgres::Server': ['target'],
  'Postgres::Database': ['target/database'],
  'Postgres::Schema': ['target/database/schema'],
  'Postgres::Table': ['target/database/schema/table'],
  'Postgres::Function': ['target/database/schema/function(argument types)'],
  'K8s::Cluster': ['target'],
  'K8s::Namespace': ['target/namespace'],
  'K8s::Resource': ['target/namespace?/apiGroup?/resource/name?'],
  'K8s::NonResourceUrl': ['target/path with each / as %2F'],
  'Postgres::Object': ['target/database/schema/kind/name', 'target/database/kind/name', 'target/kind/name'],
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
      const expected = uid === undefined ? undefined : shapes[uid.type]
      if (uid === undefined || expected === undefined || expected.some(shape => isShaped(uid.id, segments(shape))))
        continue
      yield {
        message: `\`${uid.id}\` in \`${policy.id}\` is the id of no ${uid.type}, next: write ${expected.map(shape => `\`${shape}\``).join(' or ')}`,
        at: at(policy, `"${uid.id}"`),
      }
    }
  },
}

function segments(shape: string): readonly string[] {
  return shape.replace(/ with .*/, '').split('/')
}

function isShaped(id: string, shape: readonly string[]): boolean {
  const parts = id.split('/')
  return parts.length === shape.length && parts.every((part, index) => part !== '' || shape[index]?.endsWith('?'))
}
