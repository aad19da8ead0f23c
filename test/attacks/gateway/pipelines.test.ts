// timeout: 120s
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { message } from '../../../gateway/src/protocols/postgres/messages.ts'
import { letters, RawClient } from '../../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { type Stack, startStack } from '../../stack/stack.ts'

/** Everything but what is said of table `secret`. */
const policies = `
  @id("all") permit (principal, action, resource);
  @id("no-secrets") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/secret");`

const allowed = 'INSERT INTO t VALUES (1)'
const denied = 'DELETE FROM secret /* never */'
const failing = 'SELECT nothing FROM t /* fails there */'

const query = (text: string) => serialize.query(text)
const parse = (text: string, name = '') => serialize.parse({ name, text, types: [] })
const bind = (statement = '', portal = '') => serialize.bind({ statement, portal })
const execute = (portal = '', rows = 0) => serialize.execute({ portal, rows })
const run = (text: string, name = '') => [parse(text, name), bind(name), execute()]
const close = (type: 'S' | 'P', name: string) => serialize.close({ type, name })
const describe = (type: 'S' | 'P', name: string) => serialize.describe({ type, name })
const flush = serialize.flush()
const sync = serialize.sync()

/** What is sent in one piece, what comes, and how many rows of `t` are there afterwards. */
const pipelines: readonly (readonly [what: string, sent: readonly Buffer[], heard: string, rows: number])[] = [
  ['alone', [...run(denied), sync], 'EZ', 0],
  ['behind what is then undone', [...run(allowed), ...run(denied), sync], '12CEZ', 0],
  ['before what is then skipped', [...run(denied), ...run(allowed), sync], 'EZ', 0],
  ['between two Syncs', [...run(allowed), sync, ...run(denied), sync, ...run(allowed), sync], '12CZEZ12CZ', 2],
  ['behind a Flush', [flush, ...run(allowed), flush, parse(denied), flush, bind(), execute(), sync], '12CEZ', 0],
  ['under a name that is in use', [...run(allowed, 'x'), ...run(denied, 'x'), sync], '12CEZ', 0],
  ['under a name that is closed first', [parse(allowed, 'x'), close('S', 'x'), ...run(denied, 'x'), sync], '13EZ', 0],
  ['in place of the unnamed statement', [parse(allowed), parse(denied), bind(), execute(), sync], '1EZ', 0],
  [
    'in place of the unnamed statement, which is gone then',
    [parse(allowed), parse(denied), sync, bind(), execute(), sync],
    '1EZEZ',
    0,
  ],
  ['of which only the meaning is asked', [parse(denied, 'x'), describe('S', 'x'), sync], 'EZ', 0],
  ['by Bind without a Parse', [bind('x'), execute(), sync], 'EZ', 0],
  ['by Execute without a Bind', [execute('x'), execute(), sync], 'EZ', 0],
  ['by Describe of what is not there', [describe('S', 'x'), describe('P', ''), sync], 'EZ', 0],
  [
    'behind a portal that is half read',
    [parse('SELECT generate_series(1, 3)', 's'), bind('s', 'p'), execute('p', 1), ...run(denied), sync],
    '12DsEZ',
    0,
  ],
  ['behind a portal that is run twice', [...run(allowed), execute(), ...run(denied), sync], '12CEZ', 0],
  ['behind a portal that is closed', [...run(allowed), close('P', ''), execute(), ...run(denied), sync], '12C3EZ', 0],
  ['behind a Parse that fails at the target', [...run(failing), ...run(denied), sync], 'EZ', 0],
  [
    'behind a Parse that fails at the target, with a statement of that name before it',
    [parse(allowed), sync, parse(failing), bind(), execute(), sync, bind(), execute(), sync],
    '1ZEZEZ',
    0,
  ],
  ['as a Query', [query(denied)], 'EZ', 0],
  ['as a Query with others', [query(`${allowed}; ${denied}; ${allowed}`)], 'EZ', 0],
  ['as a Query behind what waits for its Sync', [...run(allowed), query(denied), sync], '12CEZZ', 0],
  ['as a Query before what is run', [query(denied), ...run(allowed), sync], 'EZ12CZ', 1],
  ['as a Query behind an empty one', [query(''), query(' ;; -- '), query(denied)], 'IZIZEZ', 0],
  [
    'in a transaction that begins in the pipeline',
    [...run('BEGIN'), ...run(allowed), ...run(denied), sync, query('COMMIT')],
    '12C12CEZCZ',
    0,
  ],
  [
    'behind a COMMIT in the pipeline',
    [query('BEGIN'), query(allowed), ...run('COMMIT'), ...run(denied), sync],
    'CZCZ12CEZ',
    1,
  ],
  [
    'behind a ROLLBACK in the pipeline',
    [query('BEGIN'), query(allowed), ...run('ROLLBACK'), ...run(denied), sync],
    'CZCZ12CEZ',
    0,
  ],
  [
    'behind savepoints',
    [
      ...[query('BEGIN'), query('SAVEPOINT a'), query(allowed), query(denied)],
      ...[query('ROLLBACK TO a'), query(allowed), query('COMMIT')],
    ],
    'CZCZCZEZCZCZCZ',
    1,
  ],
  [
    'in a failed transaction',
    [query('BEGIN'), query(failing), query(denied), ...run(denied), sync, query('COMMIT')],
    'CZEZEZEZCZ',
    0,
  ],
  ['behind copied data', [query('COPY t FROM STDIN'), message('d', '1\n'), message('c'), query(denied)], 'GCZEZ', 1],
  [
    'behind a COPY that is broken off',
    [query('COPY t FROM STDIN'), message('d', '1\n'), serialize.copyFail('no'), query(denied)],
    'GEZEZ',
    0,
  ],
  [
    'behind a COPY in a pipeline',
    [...run('COPY t FROM STDIN'), message('d', '1\n'), message('c'), ...run(denied), sync],
    '12GCEZ',
    0,
  ],
  [
    'behind more messages than the target may owe answers to',
    [...Array.from({ length: 20_000 }, () => close('S', '')), ...run(denied), sync],
    `${'3'.repeat(20_000)}EZ`,
    0,
  ],
  ['behind copied data that nobody asked for', [message('d', '1\n'), message('c'), query(denied)], 'EZ', 0],
  [
    'behind a COPY that is denied',
    [query('COPY secret FROM STDIN /* never */'), message('d', '1\n'), message('c'), query(denied)],
    'EZEZ',
    0,
  ],
  ['behind a FunctionCall that is denied', [message('F', Buffer.alloc(10)), query(denied)], 'EZEZ', 0],
]

/** What ends the session at once. */
const fatal: readonly (readonly [what: string, sent: readonly Buffer[], heard: string])[] = [
  ['in the middle of copied data', [query('COPY t FROM STDIN'), message('d', '1\n'), query(denied)], 'GE'],
  ['in the middle of copied data, behind a Sync', [query('COPY t FROM STDIN'), sync, flush, ...run(denied)], 'GE'],
  ['behind a second startup message', [Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]), query(denied)], 'E'],
  [
    'as what a COPY’s data hides',
    [query('COPY t FROM STDIN'), message('d', '1\n').subarray(0, 6), query(denied)],
    'GE',
  ],
  ['behind a FunctionCall that has no end', [message('F', Buffer.alloc(9)), query(denied)], 'E'],
  ['behind a second password', [serialize.password('again'), query(denied)], 'E'],
]

const attacks = suite('a denied statement')
let stack: Stack
attacks.before(async () => {
  stack = await startStack({ policies, setup: 'CREATE TABLE t (a int); CREATE TABLE secret (a int)' })
})
attacks.after(() => stack.stop())

async function open(): Promise<RawClient> {
  const { user, password, ssl } = await stack.client('app')
  const it = await RawClient.openTls(stack.port, (ssl as { ca: string }).ca)
  await it.logIn(`${user}`, `${password}`, { database: 'orders' })
  return it
}

async function afterwards(rows: number): Promise<void> {
  const [count] = await stack.server.query('SELECT count(*)::int AS rows FROM t', { database: 'orders' })
  assert.is(count?.rows, rows)
  await stack.server.query('TRUNCATE t', { database: 'orders' })
  assert.not.match(await stack.server.log(), /never/)
}

for (const [what, sent, heard, rows] of pipelines)
  attacks(`never reaches the target ${what}`, async () => {
    const it = await open()
    it.send(...sent)
    const came = await it.ready(heard.split('Z').length - 1)
    assert.is(letters(came), heard)
    assert.is(letters(await it.query('SELECT 1')), 'TDCZ', 'and the session goes on')
    it.close()
    await afterwards(rows)
  })

for (const [what, sent, heard] of fatal)
  attacks(`never reaches the target ${what}, and the session ends`, async () => {
    const it = await open()
    it.send(...sent)
    const came = await it.rest()
    assert.is(letters(came), heard)
    assert.is(came.at(-1)?.fields.S, 'FATAL')
    await afterwards(0)
  })

attacks.run()
