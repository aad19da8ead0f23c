import type { Expected } from '../../acts.ts'
import type { Change, Identity } from '../../play.ts'

/** One thing that an agent tries, and what must come of it. */
export interface Scene extends Expected {
  readonly agent: AgentName
  readonly sql: string
}

/** Each has an open session of its own. */
export const agents = {
  backup: { agent: 'nightly-backup', role: 'backup', task: { id: 'nightly-1', kind: 'backup' } },
  // the same agent as above, and the same task: only the role differs
  reporting: { agent: 'nightly-backup', role: 'reporting', task: { id: 'nightly-1', kind: 'backup' } },
  migration: { agent: 'deployer', role: 'migration', task: { id: 'release-42', kind: 'migration' } },
  'break-glass': { agent: 'incident-responder', role: 'break-glass', task: { id: 'INC-7', kind: 'incident' } },
} as const satisfies { readonly [name: string]: Identity }
export type AgentName = keyof typeof agents

export const scenes: readonly Scene[] = [
  {
    what: 'the nightly backup reads the audit schema',
    agent: 'backup',
    sql: 'SELECT count(*) FROM audit.events',
    expect: 'allow',
    by: ['backup-reads-audit'],
  },
  {
    what: 'the same agent sends the same statement in another role',
    agent: 'reporting',
    sql: 'SELECT count(*) FROM audit.events',
    expect: 'deny',
    by: ['audit-only-for-backup-jobs'],
  },
  {
    what: 'a report reads what it may',
    agent: 'reporting',
    sql: 'SELECT status, count(*) FROM orders GROUP BY status ORDER BY status',
    expect: 'allow',
    by: ['reporting-reads-data'],
  },
  {
    what: 'and writes nothing, although its database login could',
    agent: 'reporting',
    sql: "UPDATE orders SET status = 'shipped' WHERE id = 7",
    expect: 'deny',
    by: [],
  },
  {
    what: 'a second statement hides behind a semicolon',
    agent: 'reporting',
    sql: 'SELECT 1; DROP TABLE audit.events',
    expect: 'deny',
    by: ['definitions-only-by-migration'],
  },
  {
    what: 'and a write inside a common table expression',
    agent: 'reporting',
    sql: 'WITH gone AS (DELETE FROM orders WHERE id = 7 RETURNING *) SELECT * FROM gone',
    expect: 'deny',
    by: [],
  },
  {
    what: 'during an incident an order is repaired',
    agent: 'break-glass',
    sql: "UPDATE orders SET status = 'open' WHERE id = 7",
    expect: 'allow',
    by: ['break-glass-reads', 'break-glass-writes'],
  },
  {
    what: 'a payment would need a second person, and nobody can approve yet',
    agent: 'break-glass',
    sql: "UPDATE payments SET state = 'refunded' WHERE id = 7",
    expect: 'pending',
    by: ['break-glass-writes-sensitive'],
  },
  {
    what: 'no approval would cover a change without bounds',
    agent: 'break-glass',
    sql: 'DELETE FROM payments',
    expect: 'deny',
    by: ['no-unbounded-change'],
  },
]

/** The statement that is prepared before the policy changes, and executed before and after. */
export const prepared = {
  name: 'open-payments',
  sql: 'SELECT count(*) FROM payments WHERE state = $1',
  parameters: ['open'],
} as const

/** What is committed while a session is open. */
export const change: Change = {
  id: 'payments-closed-for-reports',
  message: 'Close payments for reports while the books are closed',
  policies: 'policies/guards.cedar',
  policy: `
@id("payments-closed-for-reports")
@owner("finance")
@reason("the books are being closed: no reports on payments until Monday")
forbid (
  principal in Gate::Role::"reporting",
  action in Postgres::Action::"read",
  resource == Postgres::Table::"orders-db/orders/public/payments"
);
`,
  tests: 'tests/reporting.test.yaml',
  test: `
- name: no report on payments while the books are closed
  as: { agent: report-writer, role: reporting }
  target: orders-db
  sql: SELECT sum(amount) FROM payments
  expect: deny
  by: [payments-closed-for-reports]
`,
}
