/** Policy sets of any size, in which one request always has the same number of candidates. */
import { type Policy, type Repository, readPolicies } from '@cedargate/policy-schema'

/** Of each team: these decide what it selects from its table; all read what the statement is like. */
const readers = [
  ['permit', ''],
  ['permit', 'context.statement has limit && context.statement.limit <= 1000'],
  ['permit', 'context.statement.hasWhere'],
  ['forbid', 'context.statement has limit && context.statement.limit > 100000'],
  ['permit', 'context.statement.hasWhere && context.statement has limit'],
  ['permit', '!context.statement.hasWhere'],
  ['forbid', '!context.statement.hasWhere && !(context.statement has limit)'],
  ['permit', 'context.statement has limit && context.statement.limit == 1'],
] as const
/** The others of a team never match a select. */
const writers = ['insert', 'update', 'delete', 'truncate', 'copyFrom', 'selectForUpdate'] as const
/** Of everyone. */
const everywhere = [
  [
    'no-floods',
    'resource is Postgres::Table',
    'context has statement && context.statement has limit && context.statement.limit > 1000000',
  ],
  [
    'no-walks',
    'resource is Postgres::Table',
    'context has statement && context.statement has limit && context.statement.limit < 0',
  ],
] as const

/** How many policies a select has to be asked of. */
export const sliceSize = readers.length + everywhere.length

/** A team's role is `team-7`, its table `team_7.orders`. */
export function corpus(size: number): Repository {
  const texts = everywhere.map(
    ([id, where, condition]) => `@id("${id}") forbid(principal, action, ${where}) when { ${condition} };`,
  )
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
  const table = `resource == Postgres::Table::"orders-db/orders/team_${team}/orders"`
  const reads = readers.map(
    ([effect, condition], at) =>
      `@id("team-${team}-read-${at}") ${effect}(${role}, action == Postgres::Action::"select", ${table})${condition && ` when { ${condition} }`};`,
  )
  const writes = writers.map(
    action =>
      `@id("team-${team}-${action}") permit(${role}, action == Postgres::Action::"${action}", resource in Postgres::Schema::"orders-db/orders/team_${team}");`,
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
