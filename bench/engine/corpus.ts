/** Policy sets of any size, in which one request always has the same number of candidates. */
import { type Policy, type Repository, readPolicies } from '@cedargate/policy-schema'

/** Of each team: these decide its reads, by what their scope says; the others never match one. */
const readers = [
  ['permit', 'resource is Postgres::Table in', ''],
  ['permit', 'resource is Postgres::Table in', 'context.statement has limit && context.statement.limit <= 1000'],
  ['permit', 'resource in', 'context.statement.hasWhere'],
  ['permit', 'resource is Postgres::Table in', 'resource.kind == "view"'],
  ['forbid', 'resource is Postgres::Table in', 'resource.tags.contains("secret")'],
  ['forbid', 'resource is Postgres::Table in', 'context.statement has limit && context.statement.limit > 100000'],
  ['permit', 'resource is Postgres::Table in', 'resource.name == "catalog"'],
  ['forbid', 'resource in', 'context.target.tags.contains("env=frozen")'],
] as const
const writers = ['insert', 'update', 'delete', 'truncate', 'copyFrom', 'selectForUpdate'] as const
/** Of everyone. */
const everywhere = [
  ['no-pii', 'forbid(principal, action, resource is Postgres::Table) when { resource.tags.contains("pii") };'],
  [
    'no-drop',
    'forbid(principal, action in Postgres::Action::"read", resource is Postgres::Table) when { resource.kind == "foreign table" };',
  ],
] as const

/** How many policies a read has to be asked of. */
export const sliceSize = readers.length + everywhere.length

/** A team's role is `team-7`, its schema `team_7`. */
export function corpus(size: number): Repository {
  const texts = everywhere.map(([id, text]) => `@id("${id}") ${text}`)
  for (let team = 0; texts.length < size; team++) texts.push(...teamPolicies(team).slice(0, size - texts.length))
  const { policies, diagnostics } = readPolicies(texts.join('\n'), 'policies/corpus.cedar')
  if (diagnostics.length > 0) throw new Error(`the corpus does not parse: ${diagnostics[0]?.message}`)
  return repositoryOf(policies, size)
}

/** The last team may be cut short. */
export function wholeTeams(size: number): number {
  return Math.floor((size - everywhere.length) / (readers.length + writers.length))
}

function teamPolicies(team: number): readonly string[] {
  const role = `principal in Gate::Role::"team-${team}"`
  const schema = `Postgres::Schema::"orders-db/orders/team_${team}"`
  const reads = readers.map(
    ([effect, where, condition], at) =>
      `@id("team-${team}-read-${at}") ${effect}(${role}, action in Postgres::Action::"read", ${where} ${schema})${condition && ` when { resource is Postgres::Table && context has statement && ${condition} }`};`,
  )
  const writes = writers.map(
    action =>
      `@id("team-${team}-${action}") permit(${role}, action == Postgres::Action::"${action}", resource in ${schema});`,
  )
  return [...reads, ...writes]
}

function repositoryOf(policies: readonly Policy[], size: number): Repository {
  const target = {
    name: 'orders-db',
    protocol: 'postgres',
    tags: ['env=prod'],
    settings: { database: 'orders' },
  } as const
  return {
    commit: 'worktree',
    digest: `corpus of ${size}`,
    files: new Map(),
    config: { name: 'corpus', schemaVersion: '1.0' },
    identities: { issuers: new Map() },
    targets: new Map([[target.name, target]]),
    policies,
    tests: [],
    snapshots: new Map(),
  }
}
