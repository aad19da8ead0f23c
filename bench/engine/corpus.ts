/**
 * Policy sets of any size: the policies of `templates/postgres`, those that name a database once for each of many
 * databases, those that hold everywhere once; and, where asked for, more that hold everywhere.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { type Policy, type Repository, readPolicies } from '@cedargate/policy-schema'

const template = new URL('../../templates/postgres/policies/', import.meta.url)

/** What a strict house says besides: each is asked of every statement of its kind, whoever sends it. */
const houseRules = [
  ['bulk-reads', 'in Postgres::Action::"read"', 'context.statement has limit && context.statement.limit > 1000000'],
  [
    'bulk-loads',
    'in Postgres::Action::"write"',
    'context.statement has valuesRows && context.statement.valuesRows > 10000',
  ],
  ['sealed', 'in [Postgres::Action::"read", Postgres::Action::"write"]', 'resource.tags.contains("sealed")'],
  [
    'payment-data',
    'in [Postgres::Action::"read", Postgres::Action::"write"]',
    'resource.tags.contains("pci") && !(context has task && context.task.verified)',
  ],
  [
    'health-data',
    'in [Postgres::Action::"read", Postgres::Action::"write"]',
    'resource.tags.contains("phi") && !(context has task && context.task.kind == "care")',
  ],
  [
    'unproven-tasks-change-nothing',
    'in Postgres::Action::"write"',
    'context has task && !context.task.verified && context.target.tags.contains("env=prod")',
  ],
  ['people-copy-nothing-out', '== Postgres::Action::"copyTo"', 'principal is Gate::User'],
  [
    'year-end-freeze',
    'in Postgres::Action::"write"',
    'context.now >= datetime("2026-12-20T00:00:00Z") && context.now < datetime("2027-01-04T00:00:00Z")',
  ],
] as const

/** Databases are `orders_0`, `orders_1` and so on, each with schemas `public` and `audit`. The last may be cut short. */
export function corpus(size: number, strict = false): Repository {
  const texts = [...(strict ? houseRules.map(houseRule) : []), ...templateTexts().filter(text => !namesDatabase(text))]
  const perDatabase = templateTexts().filter(namesDatabase)
  for (let database = 0; texts.length < size; database++)
    texts.push(...perDatabase.slice(0, size - texts.length).map(text => ofDatabase(text, database)))
  const { policies, diagnostics } = readPolicies(texts.join('\n'), 'policies/corpus.cedar')
  if (diagnostics.length > 0) throw new Error(`the corpus does not parse: ${diagnostics[0]?.message}`)
  return repositoryOf(policies, `${strict ? 'strict ' : ''}corpus of ${size}`)
}

function houseRule([id, action, condition]: (typeof houseRules)[number]): string {
  const notes = `@id("house-${id}")\n@owner("security")\n@reason("holds in every database")`
  return `${notes}\nforbid (\n  principal,\n  action ${action},\n  resource is Postgres::Table\n)\nwhen { ${condition} };`
}

function templateTexts(): readonly string[] {
  return readdirSync(template)
    .sort()
    .flatMap(file => readPolicies(readFileSync(new URL(file, template), 'utf8'), file).policies)
    .map(policy => policy.text)
}

function namesDatabase(text: string): boolean {
  return text.includes('"orders-db/orders')
}

function ofDatabase(text: string, database: number): string {
  return text
    .replaceAll('"orders-db/orders', `"orders-db/orders_${database}`)
    .replace(/@id\("([^"]+)"\)/, `@id("$1-${database}")`)
}

function repositoryOf(policies: readonly Policy[], digest: string): Repository {
  const classification = [
    { table: 'public.customers', tags: ['pii'] },
    { table: 'public.payments', tags: ['sensitive'] },
    { table: 'audit.*', tags: ['evidence'] },
  ]
  const target = {
    name: 'orders-db',
    protocol: 'postgres',
    tags: ['env=prod'],
    settings: { database: 'orders_0', classification },
  } as const
  return {
    commit: 'worktree',
    digest,
    files: new Map(),
    config: { name: 'corpus', schemaVersion: '1.0' },
    identities: { issuers: new Map() },
    targets: new Map([[target.name, target]]),
    policies,
    tests: [],
    snapshots: new Map(),
  }
}
