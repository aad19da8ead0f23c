// timeout: 120s
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inertJson } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { letters, RawClient, startup } from '../../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { type Stack, startStack } from '../../stack/stack.ts'

const secrets = suite('what nobody may see')
let stack: Stack
let ca: string
secrets.before(async () => {
  stack = await startStack({
    policies: '@id("all") permit (principal, action, resource);',
    roles: ['app', 'wrong'],
    setup: 'CREATE TABLE t (a int)',
    runs: 'apart',
    config: {
      log: { level: 'trace' },
      // of the second role the credential's command fails, and says why
      credentials: {
        'orders-app': { env: 'SECRET_app', hosts: ['127.0.0.1'] },
        'orders-wrong': {
          command: [process.execPath, '-e', 'console.error("a secret on stderr"); process.exit(1)'],
          hosts: ['127.0.0.1'],
        },
      },
    },
  })
  ca = ((await stack.client('app')).ssl as { ca: string }).ca
})
secrets.after(() => stack.stop())

/** Bidi overrides, escapes, line ends, quotes: what would act on whoever reads a log. */
const hostile = 'x\u001b[31m\r\n\u202e"\'%00\u{1f600}'

async function logIn(user: string, token: string, more: { readonly [name: string]: string } = {}) {
  const client = await RawClient.openTls(stack.port, ca)
  client.send(startup({ user, ...more }))
  const asked = await client.message()
  if (asked.type !== 'R') return [asked]
  client.send(serialize.password(token))
  const first = await client.message()
  const heard = first.type === 'R' ? await client.ready() : await client.rest()
  client.close()
  return [first, ...heard]
}

secrets('is what the server is, to who is not let in', async () => {
  const heard = await logIn('app@orders-db', 'no token')
  assert.is(letters(heard), 'E')
  const { M, D } = heard[0]?.fields ?? {}
  assert.not.match(`${M} ${D}`, /127\.0\.0\.1|gate_app|postgres/)
})

secrets('stands in no log, no line of the trail, no file of the state and no error', async () => {
  const token = await stack.token({ role: 'app' })
  const other = await stack.token({ role: 'wrong' })
  const told: string[] = []
  for (const [user, password, more] of [
    ['app@orders-db', token, { database: 'orders', application_name: hostile }],
    ['app@orders-db', `${token}x`, {}],
    ['app@orders-db', `${token}\n`, {}],
    ['app@orders-db', other, {}],
    ['wrong@orders-db', other, {}],
    ['app@nowhere', token, {}],
    [`app@${hostile}`, token, {}],
    [hostile, token, {}],
    ['app@orders-db', token, { database: hostile }],
    ['app@orders-db', token, { [hostile]: hostile }],
    [token, token, {}],
  ] as const)
    told.push(JSON.stringify(await logIn(user, password, more)))
  const client = await stack.connect('app')
  await client.query(`SELECT '${hostile.replace("'", '')}'`)
  await client.query("CREATE ROLE r PASSWORD 'of somebody'").catch(() => {})
  await client.query("ALTER ROLE r PASSWORD 'of somebody'; SELECT syntax error").catch(() => {})
  await client.end()
  const pid = Number(stack.gateway.log[0]?.pid)
  const seen = [
    readFileSync(`/proc/${pid}/cmdline`, 'latin1'),
    JSON.stringify(stack.gateway.log),
    ...told,
    ...files(join(stack.folder, 'state'))
      .filter(name => !name.endsWith('trail.key'))
      .map(name => readFileSync(name, 'latin1')),
  ].join('\n')
  await stack.stopGateway()
  const signature = (jwt: string) => jwt.split('.')[2] ?? ''
  for (const secret of [signature(token), signature(other), 'secret of app', 'secret of wrong', 'a secret on stderr'])
    assert.is(seen.includes(secret), false, secret)
  assert.is(seen.includes('of somebody'), false, 'a password in SQL')
  const lines = [...files(stack.trailFolder).map(name => readFileSync(name, 'utf8')), ...stack.gateway.output]
  for (const line of lines) assert.is(inertJson(line), line, 'it acts on whoever reads it')
})

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(name => statSync(name).isFile())
}

secrets.run()
