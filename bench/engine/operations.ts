/** What agents ask of the databases of the corpus. */
import type { Facts, Operation, Session, Task } from '@cedargate/policy-schema'

/** One way to work: a role, its task, and a statement of its kind; each `serial` makes a statement never seen before. */
export interface Work {
  readonly name: string
  readonly role: string
  readonly task?: Task
  readonly schema: string
  readonly table: string
  sql(table: string, serial: number): string
}

const task = (kind: string): Task => ({ id: `${kind}-1`, kind, verified: true })

export const works: readonly Work[] = [
  {
    name: 'a report reads orders',
    role: 'reporting',
    schema: 'public',
    table: 'orders',
    sql: (table, serial) => `SELECT id, total FROM ${table} WHERE id > $1 LIMIT ${serial}`,
  },
  {
    name: 'a backup reads the audit schema',
    role: 'backup',
    task: task('backup'),
    schema: 'audit',
    table: 'events',
    sql: (table, serial) => `SELECT * FROM ${table} WHERE id > $1 LIMIT ${serial}`,
  },
  {
    name: 'an incident is repaired',
    role: 'break-glass',
    task: task('incident'),
    schema: 'public',
    table: 'orders',
    sql: (table, serial) => `UPDATE ${table} SET total = $1 WHERE id = ${serial}`,
  },
  {
    name: 'a migration fills in',
    role: 'migration',
    task: task('migration'),
    schema: 'public',
    table: 'orders',
    sql: (table, serial) => `INSERT INTO ${table} (id, total) VALUES (${serial}, $1)`,
  },
]

/** A statement of one database, as the adapter would hand it over. */
export function operationOf(work: Work, database: number, serial: number): Operation {
  const name = `${work.schema}.${work.table}`
  return {
    protocol: 'postgres',
    kind: 'execute',
    sql: work.sql(name, serial),
    parameters: ['17'],
    catalog: frozen({
      database: `orders_${database}`,
      currentSchema: 'public',
      transaction: 'none',
      relations: { [name]: { schema: work.schema, name: work.table, kind: 'table', columns: ['id', 'total'] } },
      functions: {},
      types: {},
      foreignOperators: [],
    } as const),
  }
}

export function sessionOf(work: Work): Session {
  const { role } = work
  return frozen({
    id: `session-${role}`,
    principal: { type: 'Gate::Agent', id: `agent-${role}` },
    issuer: 'ci',
    role,
    ...(work.task ? { task: { ...work.task } } : {}),
    target: 'orders-db',
    credentialId: 'token',
    startedAt: Date.UTC(2026, 0),
    expiresAt: Date.UTC(2027, 0),
  })
}

/** Time goes on with each statement. */
export function factsOf(session: Session, serial: number): Facts {
  return { session, source: '127.0.0.1', now: Date.UTC(2026, 5) + serial }
}

function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (member !== null && typeof member === 'object') frozen(member)
  return Object.freeze(value)
}
