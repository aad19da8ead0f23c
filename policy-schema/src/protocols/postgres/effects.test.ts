import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { authoringModel } from '../../cedar/schema.ts'
import { judgeRequests } from '../../engine/conform.ts'
import type { AccessRequest } from '../../protocol.ts'
import { completed } from '../../work.ts'
import { asks } from './asks.test-support.ts'
import { effects } from './effects.test-support.ts'
import { openNode } from './nodes.ts'
import { asked, statements as contexts, mapped } from './orders.test-support.ts'
import { loadParser, parseSql } from './parser.ts'
import { statements } from './statements.ts'

await loadParser()

const rows = Object.entries(effects).flatMap(([node, list]) => list.map(([sql, expected]) => ({ node, sql, expected })))
const requestsOf = (sql: string): readonly AccessRequest[] => {
  const found = mapped(sql)
  return 'requests' in found ? found.requests : []
}
const nodeOf = (sql: string) => {
  const parsed = parseSql(sql)
  const first = 'statements' in parsed ? parsed.statements[0]?.stmt : undefined
  return first && openNode(first)?.kind
}

const table = suite('the rest of the grammar')
for (const { sql, expected } of rows) table(`asks by its effect: ${sql}`, () => assert.equal(asked(sql), expected))
table('stands under the statement that it is', () => {
  assert.equal(
    rows.filter(({ node, sql }) => nodeOf(sql) !== node),
    [],
  )
})
table('has a row for every statement', () => {
  const elsewhere = [
    'PrepareStmt',
    'ExecuteStmt',
    'DeallocateStmt',
    'DeclareCursorStmt',
    'FetchStmt',
    'ClosePortalStmt',
  ]
  const covered = new Set([...Object.keys(effects), ...asks.map(([sql]) => nodeOf(sql)), ...elsewhere]) // stored.test.ts
  assert.equal(
    Object.keys(statements).filter(node => !covered.has(node)),
    [],
  )
})
table('asks nothing that the schema does not declare, and leaves no action of it out', () => {
  const schema = authoringModel()
  const pairs = new Set([
    'Postgres::Action::"connect" Postgres::Database',
    'Postgres::Action::"functionCall" Postgres::Function', // function-call.test.ts
    'Postgres::Action::"useSequence" Postgres::Table', // reach.test.ts
  ])
  for (const sql of [...rows.map(row => row.sql), ...asks.map(([text]) => text)]) {
    const requests = requestsOf(sql)
    assert.is(completed(judgeRequests(requests, schema)), undefined, sql)
    for (const { action, resource } of requests) pairs.add(`${action.type}::"${action.id}" ${resource.type}`)
  }
  const declared = Object.entries(schema.actions)
    .filter(([action]) => action.startsWith('Postgres::'))
    .flatMap(([action, { resources }]) => resources.map(resource => `${action} ${resource}`))
  assert.equal(
    declared.filter(pair => !pairs.has(pair)),
    [],
  )
})
table.run()

const context = suite('a policy sees')
for (const [sql, expected] of [
  ['SET search_path = audit', { setting: 'search_path' }],
  ['SET app.Tenant = 1', { setting: 'app.tenant' }],
  ['RESET ALL', { setting: 'all' }],
  ['ALTER SYSTEM SET work_mem = 1', { setting: 'work_mem' }],
  ['GRANT SET ON PARAMETER Log_Min_Messages TO x', { setting: 'log_min_messages', privileges: ['set'], roles: ['x'] }],
  ["DO LANGUAGE plperlu 'x'", { language: 'plperlu' }],
  ["DO 'x'", { language: 'plpgsql' }],
  [
    "CREATE FUNCTION f() RETURNS int LANGUAGE c SECURITY DEFINER AS 'x'",
    { creates: 'f', language: 'c', securityDefiner: true },
  ],
  ['CREATE FUNCTION f() RETURNS int RETURN 1', { creates: 'f', language: 'sql', securityDefiner: false }],
  ['ALTER FUNCTION audit.f SECURITY DEFINER', { securityDefiner: true }],
  ['ALTER FUNCTION audit.f STABLE', {}],
  ['NOTIFY jobs', { channel: 'jobs' }],
  ['UNLISTEN *', {}],
  ['LOCK orders', { mode: 'ACCESS EXCLUSIVE' }],
  ['LOCK orders IN ROW SHARE MODE', { mode: 'ROW SHARE' }],
  ['DISCARD TEMP', { mode: 'TEMP' }],
  ["COPY orders TO '/backups/x'", { file: '/backups/x' }],
  ["COPY orders TO PROGRAM 'sh'", {}],
  ["LOAD '/tmp/x.so'", { file: '/tmp/x.so' }],
  [
    'GRANT SELECT (n), UPDATE ON orders TO b, a, public WITH GRANT OPTION',
    { privileges: ['grant option', 'select', 'update'], roles: ['a', 'b', 'public'] },
  ],
  ['GRANT ALL (n) ON orders TO a', { privileges: ['all'], roles: ['a'] }],
  ['GRANT a TO b WITH ADMIN OPTION', { privileges: ['admin option'], roles: ['b'] }],
  ['CREATE ROLE r SUPERUSER LOGIN NOCREATEDB', { creates: 'r', privileges: ['login', 'superuser'] }],
  ['ALTER ROLE r NOSUPERUSER', { privileges: [] }],
  ['ALTER TABLE orders OWNER TO x', { roles: ['x'] }],
  ['CREATE DATABASE d OWNER x', { creates: 'd', roles: ['x'] }],
  ['CREATE POLICY p ON orders TO a, public', { creates: 'p', roles: ['a', 'public'] }],
] as const) {
  context(sql, () => {
    const { command, fingerprint, hasWhere, inTransaction, ...rest } = contexts(sql)[0] ?? {}
    assert.equal(rest, expected)
  })
}
context('no fingerprint that tells of a secret', () => {
  const of = (secret: string) => contexts(`ALTER ROLE r PASSWORD '${secret}'`)[0]?.fingerprint
  assert.is(of('one'), of('other'))
  assert.is(of('one'), of('redacted'))
  assert.is.not(of('one'), contexts('ALTER ROLE r LOGIN')[0]?.fingerprint)
})
context('what an object is and where it stands', () => {
  const [resource, above] = requestsOf('ALTER TYPE status RENAME TO s')[0]?.entities ?? []
  assert.equal(resource, {
    uid: { type: 'Postgres::Object', id: 'orders-db/orders/public/type/status' },
    attrs: { database: 'orders', schema: 'public', kind: 'type', name: 'status' },
    parents: [{ type: 'Postgres::Schema', id: 'orders-db/orders/public' }],
  })
  assert.equal(above?.uid, resource?.parents[0])
  const [role] = requestsOf('DROP ROLE "a/b"')[0]?.entities ?? []
  assert.equal(role, {
    uid: { type: 'Postgres::Object', id: 'orders-db/role/a%2Fb' },
    attrs: { kind: 'role', name: 'a/b' },
    parents: [{ type: 'Postgres::Server', id: 'orders-db' }],
  })
})
context.run()
