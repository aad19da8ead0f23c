import * as assert from 'uvu/assert'
import { digestOf } from '../canonical.ts'
import { readPolicies } from '../cedar/policies.ts'
import type { Facts, Operation, Session } from '../operation.ts'
import type { AccessRequest, CedarValue, Context, Mapped, Protocol } from '../protocol.ts'
import { gateProtocol } from '../protocols/gate/protocol.ts'
import { protocols as real } from '../protocols/index.ts'
import type { PostgresOperation, SqlOperation } from '../protocols/postgres/operation.ts'
import type { Repository, Target } from '../repository/types.ts'
import { createEngine, type EngineOptions, type PolicyEngine } from './engine.ts'

/** A protocol whose text is the very requests that it asks, so that tests say what Cedar gets. */
const literal: Protocol<PostgresOperation> = {
  ...real.postgres,
  toRequests: operation => ('sql' in operation ? JSON.parse(operation.sql) : { unconditional: true }) as Mapped,
  mappingKey: operation => JSON.stringify(operation),
  shortKey: operation => ('sql' in operation ? operation.sql : ''),
}
export const protocols = { ...real, postgres: literal, gate: gateProtocol }

export function repository(text: string): Repository {
  const { policies, diagnostics } = readPolicies(text, 'policies/test.cedar')
  assert.equal(diagnostics, [])
  const target: Target = { name: 'orders-db', protocol: 'postgres', tags: ['env=prod'], settings: {} }
  const cluster: Target = { name: 'prod', protocol: 'kubernetes', tags: ['env=prod'], settings: {} }
  return {
    commit: 'worktree',
    digest: digestOf(text),
    files: new Map([['policies/test.cedar', text]]),
    config: { name: 'test', schemaVersion: '1.0' },
    identities: { issuers: new Map() },
    targets: new Map([target, cluster].map(each => [each.name, each])),
    policies: [...policies].sort((a, b) => (a.id < b.id ? -1 : 1)),
    tests: [],
    snapshots: new Map(),
  }
}

export function engine(text: string, options: EngineOptions = {}): PolicyEngine {
  return createEngine(repository(text), undefined, { protocols, ...options })
}

/** The second mode, which parity compares with. */
export const wholeSet = { slices: false, cache: false } as const

export const now = Date.UTC(2026, 0, 5, 12)

export function facts(change: Partial<Facts> & { readonly as?: Partial<Session> } = {}): Facts {
  const { as, ...rest } = change
  const session: Session = {
    id: 'session-1',
    principal: { type: 'Gate::Agent', id: 'nightly' },
    issuer: 'ci',
    role: 'backup',
    target: 'orders-db',
    credentialId: 'token-1',
    startedAt: now - 1000,
    expiresAt: now + 60_000,
    ...as,
  }
  return { session, source: '127.0.0.1', now, ...rest }
}

const statement = { command: 'SELECT', hasWhere: false, inTransaction: false, fingerprint: 'f' }

const ofRows = new Set(['delete', 'truncate', 'dropTable', 'alterTable', 'vacuum', 'analyze'])

/** A request on a table: `select`, `audit.events`. */
export function table(action: string, name: string, more: Context = {}, attrs: Context = {}): AccessRequest {
  const [schema = '', leaf = ''] = name.split('.')
  const uid = (type: string, id: string) => ({ type: `Postgres::${type}`, id })
  const [server, database] = [uid('Server', 'orders-db'), uid('Database', 'orders-db/orders')]
  const [space, resource] = [
    uid('Schema', `orders-db/orders/${schema}`),
    uid('Table', `orders-db/orders/${schema}/${leaf}`),
  ]
  const own = { database: 'orders', schema, name: leaf, kind: 'table', tags: [] as CedarValue[], ...attrs }
  return {
    action: { type: 'Postgres::Action', id: action },
    resource,
    entities: [
      { uid: resource, attrs: own, parents: [space] },
      { uid: space, attrs: {}, parents: [database] },
      { uid: database, attrs: {}, parents: [server] },
      { uid: server, attrs: {}, parents: [] },
    ],
    context: { statement: { ...statement, ...(ofRows.has(action) ? {} : { columns: [], columnTags: [] }), ...more } },
  }
}

export function operation(...requests: readonly AccessRequest[]): SqlOperation {
  return saying({ requests } as Mapped)
}

/** An operation of which the mapping says just this. */
export function saying(mapped: unknown): SqlOperation {
  const catalog = {
    database: 'orders',
    currentSchema: 'public',
    transaction: 'none',
    relations: {},
    functions: {},
    types: {},
  } as const
  return {
    protocol: 'postgres',
    kind: 'query',
    sql: JSON.stringify(mapped),
    catalog: { ...catalog, foreignOperators: [] },
  }
}

export function hasCode(code: string): (error: { readonly code?: string }) => boolean {
  return error => error.code === code
}

export type { Operation }
