import type { Repository } from '@cedargate/policy-schema'
import { loadGrammars, openRepository } from '@cedargate/policy-schema'

/** A small valid policy repository: one Postgres target, three roles, one issuer. */
export const files: Readonly<Record<string, string>> = {
  'cedargate.yaml': 'name: shop-policies\nschemaVersion: "1.0"\n',
  'identities.yaml': `keySets:
  development:
    - { kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo }
issuers:
  ci:
    issuer: https://issuer.example
    audience: cedargate
    keySet: development
    principal: agent
    grants:
      - { when: { sub: nightly-backup }, roles: [backup] }
      - { when: { sub: report }, roles: [reporting] }
      - { when: { sub: migrator }, roles: [migration] }
  staff:
    issuer: https://staff.example
    audience: cedargate
    keySet: development
    principal: user
    grants:
      - { when: { team: dba }, roles: [dba] }
`,
  'targets.yaml': `targets:
  orders-db:
    protocol: postgres
    tags: { env: prod }
    host: 127.0.0.1
    database: orders
    roles:
      backup: { user: backup, credential: orders-backup }
      reporting: { user: reporting, credential: orders-reporting }
      migration: { user: migration, credential: orders-migration }
    classification:
      - { table: audit.*, tags: [audit] }
`,
  'policies/shop.cedar': `@id("connect")
@owner("platform")
permit (
  principal in Gate::Role::"backup",
  action == Postgres::Action::"connect",
  resource in Postgres::Server::"orders-db"
);

@id("backup-reads")
@owner("platform")
permit (
  principal in Gate::Role::"backup",
  action in Postgres::Action::"read",
  resource in Postgres::Database::"orders-db/orders"
);

@id("reporting-reads-public")
@owner("data")
permit (
  principal in Gate::Role::"reporting",
  action == Postgres::Action::"select",
  resource in Postgres::Schema::"orders-db/orders/public"
);

@id("migration-defines-when-approved")
@owner("platform")
@reason("a DBA approves each change of the schema, next: ask for one")
@approvers("dba")
permit (
  principal in Gate::Role::"migration",
  action in Postgres::Action::"define",
  resource in Postgres::Database::"orders-db/orders"
)
when { context has approval && context.approval.roles.contains(Gate::Role::"dba") };

@id("only-backup-reads-audit")
@owner("security")
@reason("the audit schema is read by backup jobs only, next: ask security for an extract")
forbid (
  principal,
  action in Postgres::Action::"read",
  resource in Postgres::Schema::"orders-db/orders/audit"
)
unless { principal in Gate::Role::"backup" };
`,
  'tests/shop.test.yaml': `- name: the nightly backup connects
  as: { agent: nightly-backup, role: backup, task: { kind: backup } }
  target: orders-db
  connect: {}
  expect: allow
  by: [connect]
- name: the nightly backup reads the audit schema
  as: { agent: nightly-backup, role: backup, task: { kind: backup } }
  target: orders-db
  sql: SELECT * FROM audit.events
  expect: allow
  by: [backup-reads]
- name: reporting reads orders
  as: { agent: report, role: reporting }
  target: orders-db
  sql: SELECT id FROM public.orders
  expect: allow
  by: [reporting-reads-public]
- name: reporting does not read the audit schema
  as: { agent: report, role: reporting }
  target: orders-db
  sql: SELECT * FROM audit.events
  expect: deny
  by: [only-backup-reads-audit]
  reason: forbidden
- name: a migration waits for a DBA
  as: { agent: migrator, role: migration }
  target: orders-db
  sql: DROP TABLE public.orders
  expect: pending
  approvers: [dba]
- name: and goes through once approved
  as: { agent: migrator, role: migration }
  target: orders-db
  sql: DROP TABLE public.orders
  approved: { roles: [dba] }
  expect: allow
  by: [migration-defines-when-approved]
`,
  'snapshots/orders-db.json': JSON.stringify({
    version: 1,
    database: 'orders',
    searchPath: ['public'],
    relations: [
      { schema: 'audit', name: 'events', kind: 'table', columns: ['id', 'note'] },
      { schema: 'public', name: 'orders', kind: 'table', columns: ['id', 'total'] },
    ],
    functions: [],
    types: [],
    operators: [],
  }),
}

export function withFiles(changes: Readonly<Record<string, string | undefined>> = {}): Map<string, string> {
  const all = { ...files, ...changes }
  return new Map(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The repository of these files, which must be valid. */
export async function open(changes: Readonly<Record<string, string | undefined>> = {}): Promise<Repository> {
  await loadGrammars()
  const { repository, diagnostics } = openRepository(withFiles(changes), { commit: 'worktree' })
  if (repository === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2))
  return repository
}
