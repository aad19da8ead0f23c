// timeout: 200s
import { connect, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requirePeers, runPsql } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { psql } = await requirePeers('psql')

const bad = suite('bad input at the gateway')
let stack: Stack
bad.before(async () => {
  stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    roles: ['app', 'ops'],
    config: { limits: { handshakeSeconds: 1 } },
  })
})
bad.after(() => stack.stop())

async function stillServes(): Promise<void> {
  const client = await stack.connect('app')
  assert.is((await client.query('SELECT 1 AS one')).rows[0].one, 1)
  await client.end()
}
const said = (socket: Socket) =>
  new Promise<Buffer>(resolve => {
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks)))
  })
const failures = () =>
  stack
    .trail()
    .all()
    .filter(event => event.kind === 'auth.failed')

for (const [what, bytes] of [
  ['garbage', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['a length of two gigabytes', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0])],
  ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 3, 0, 0])],
  ['a length that cannot hold itself', Buffer.from([0, 0, 0, 3])],
  ['a cancel of nobody', Buffer.from([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2])],
  ['TLS bytes that were not asked for', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])],
] as const)
  bad(`closes the connection on ${what}`, async () => {
    const socket = connect(stack.port, '127.0.0.1')
    const answer = said(socket)
    socket.write(bytes)
    assert.ok((await answer).length < 1000)
    await stillServes()
  })

bad('closes on a client that says nothing, and lets others in meanwhile', async () => {
  const before = failures().length
  const silent = Array.from({ length: 20 }, () => connect(stack.port, '127.0.0.1'))
  const answers = silent.map(said)
  await stillServes()
  await Promise.all(answers)
  await eventually('each of them in the trail', () => failures().length === before + 20)
})

bad('refuses plaintext, with a sentence', async () => {
  const before = failures().length
  const connection = await stack.connection('app')
  const ran = await runPsql(psql, { ...connection, ca: undefined }, 'SELECT 1')
  assert.is(ran.code, 2)
  assert.match(ran.stderr, /TLS|sslmode/)
  assert.not.match(ran.stderr, connection.password)
  await eventually('the refusal in the trail', () => failures().length > before)
})

for (const [what, change, pattern] of [
  ['an expired token', { password: () => stack.token({ role: 'app', seconds: -60 }) }, 'expired'],
  ['no token', { password: async () => 'hunter2' }, 'not a JWT'],
  ['a token of another role', { password: () => stack.token({ role: 'ops' }) }, 'role'],
  ['a role that the token does not grant', { user: 'admin@orders-db' }, 'role'],
  [
    'an agent that is not granted the role',
    { password: () => stack.token({ role: 'app', agent: 'mallory' }) },
    'not granted',
  ],
  ['an unknown target', { user: 'app@nowhere' }, 'target'],
  ['a user without a target', { user: 'app' }, 'role@target'],
] as const)
  bad(`refuses ${what}, with a sentence`, async () => {
    const before = failures().length
    const connection = await stack.connection('app')
    const password = 'password' in change ? await change.password() : connection.password
    const ran = await runPsql(psql, { ...connection, ...change, password }, 'SELECT 1')
    assert.is(ran.code, 2)
    assert.match(ran.stderr, pattern)
    assert.not.match(ran.stderr, password)
    await eventually('a failed login in the trail', () => failures().length === before + 1)
  })

bad('refuses an encoding that it does not pin, and says which to use', async () => {
  const connection = await stack.connection('app')
  const ran = await runPsql(psql, { ...connection, env: { PGCLIENTENCODING: 'SJIS' } }, 'SELECT 1')
  assert.is(ran.code, 2)
  assert.match(ran.stderr, 'PGCLIENTENCODING=UTF8')
})

bad('refuses a statement over the cap, and goes on', async () => {
  const client = await stack.connect('app')
  const big = await client.query(`SELECT '${'x'.repeat(2_000_000)}'`).catch(error => error)
  assert.is(JSON.parse(big.detail).code, 'too_large')
  assert.is((await client.query('SELECT 1 AS one')).rows[0].one, 1)
  await client.end()
})

bad('answers a syntax error with its code and goes on', async () => {
  const client = await stack.connect('app')
  const wrong = await client.query('SELEKT 1').catch(error => error)
  assert.is(JSON.parse(wrong.detail).code, 'unparseable')
  assert.is((await client.query('SELECT 1 AS one')).rows[0].one, 1)
  await client.end()
})

bad('are decided again from their record as they were decided', () => assertParity(stack))

bad.run()
