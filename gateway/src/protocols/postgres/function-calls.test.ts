import { completed, type PostgresOperation, postgresProtocol, type Target } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startRig } from './gateway.test-support.ts'
import { message } from './messages.ts'
import { type Heard, letters, play, type Step, until } from './raw-client.test-support.ts'

const rig = await startRig(`
  create table t (n int);
  create function mine(int) returns int language sql as 'select 1'`)
const { door, beside } = rig
const target: Target = { name: 'orders-db', protocol: 'postgres', tags: [], settings: rig.settings }

/** Everything that can be decided may be done, but for unlinking. */
function rule(operation: PostgresOperation): string | undefined {
  const mapped = completed(postgresProtocol.toRequests(operation, target))
  if ('reason' in mapped) return `${mapped.reason}: ${mapped.detail}`
  if ('unconditional' in mapped) return undefined
  return mapped.requests.some(({ resource }) => resource.id.endsWith('/lo_unlink(oid)')) ? 'kept' : undefined
}

const signatures = [
  'lo_creat(integer)',
  'lo_unlink(oid)',
  'lower(text)',
  'mine(integer)',
  'lo_open(oid,integer)',
] as const
const oids = new Map<string, number>()
for (const signature of [
  ...signatures,
  'lowrite(integer,bytea)',
  'loread(integer,integer)',
  'lo_close(integer)',
  'set_config(text,text,boolean)',
]) {
  const { rows } = await beside.query('select $1::regprocedure::oid::int as oid', [signature])
  oids.set(signature, rows[0].oid)
}

const int = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const short = (value: number) => int(value).subarray(2)

/** A FunctionCall with binary arguments and a binary result, as libpq makes it. */
function call(oid: number, ...values: readonly Buffer[]): Buffer {
  const given = values.flatMap(value => [int(value.length), value])
  return message('F', Buffer.concat([int(oid), short(1), short(1), short(values.length), ...given, short(1)]))
}
const oid = (signature: string) => oids.get(signature) ?? 0

const q = serialize.query
const sync = serialize.sync()
const run = (text: string) =>
  Buffer.concat([
    serialize.parse({ text, types: [], name: '' }),
    serialize.bind({}),
    serialize.execute({ portal: '', rows: 0 }),
  ])
const insert = 'insert into t values (1)'
const create = () => call(oid('lo_creat(integer)'), int(-1))

const told = (heard: readonly Heard[]) =>
  heard.map(({ type, body, fields }) => (type === 'E' ? `E ${fields.C}` : type === 'V' ? 'V' : `${type} ${body}`))

const scenarios: { readonly [name: string]: readonly Step[] } = {
  'on its own': [[[create()], 1]],
  'two at once, and a Query': [[[create(), create(), q('select 1')], 3]],
  'in a transaction': [
    [[q('begin')], 1],
    [[create()], 1],
    [[q('rollback')], 1],
  ],
  'behind what was not synced': [
    [[run(insert), create(), run(insert), sync], 2],
    [[q('select count(*) from t')], 1],
  ],
  'that fails': [
    [[call(oid('lo_open(oid,integer)'), int(1), int(0)), q('select 1')], 2],
    [[q('begin'), call(oid('lo_open(oid,integer)'), int(1), int(0))], 2],
    [[q('rollback')], 1],
  ],
  'where the server skips to Sync': [
    [[run('select 1/0'), create(), sync], 1],
    [[create()], 1],
  ],
  'with the unnamed statement kept': [
    [
      [
        serialize.parse({ text: 'select 5', types: [], name: '' }),
        sync,
        create(),
        serialize.bind({}),
        serialize.execute({ portal: '', rows: 0 }),
        sync,
      ],
      3,
    ],
  ],
}

const same = suite('a FunctionCall gives the same as on a direct connection:')
const fresh = async () => {
  await rig.fresh()
  door.rule = rule
  await beside.query('truncate t')
}
same.before.each(fresh)
for (const [name, steps] of Object.entries(scenarios))
  same(name, async () => {
    const expected = (await play(await rig.direct(), steps)).map(told)
    await fresh()
    assert.equal((await play(await rig.raw(), steps)).map(told), expected)
    const open = () => door.decisions.filter(({ allowed, results }) => results.length !== (allowed ? 1 : 0))
    await until(() => open().length === 0, 'one result for each forwarded operation')
  })
same.run()

const denials = suite('a FunctionCall is denied, and the client stays in step:')
denials.before.each(fresh)
denials.after(rig.stop)

for (const [name, bytes, code] of [
  ['by a policy', () => call(oid('lo_unlink(oid)'), int(1)), /forbidden/],
  ['of a function of somebody', () => call(oid('mine(integer)'), int(1)), /forbidden/],
  ['that only computes', () => call(oid('lower(text)'), Buffer.from('A')), /forbidden/],
  ['that changes settings', () => call(oid('set_config(text,text,boolean)')), /forbidden/],
  ['of an OID that is nothing', () => call(999_999), /forbidden/],
  ['of an OID over 2^31', () => call(-2), /forbidden/],
] as const)
  for (const [where, before, status, inserted] of [
    ['idle', [], 'I', 0],
    ['in a transaction', [q('begin'), q(insert)], 'E', 0],
    ['behind what was not synced', [run(insert)], 'I', 0],
  ] as const)
    denials(`${name}, ${where}`, async () => {
      const client = await rig.raw()
      client.send(...before, bytes(), q('select 1'))
      const heard = await client.ready(before.length === 2 ? 4 : 2)
      const error = heard.find(({ type }) => type === 'E')
      assert.is(error?.fields.C, '42501')
      assert.match(error?.fields.D ?? '', code)
      assert.is(heard.find(({ type }, at) => type === 'Z' && heard[at - 1] === error)?.body, status)
      if (status === 'E') await client.query('rollback')
      assert.is(letters(await client.query('select 1')), 'TDCZ')
      const { rows } = await beside.query('select count(*)::int as n from t')
      assert.is(rows[0].n, inserted)
      const last = door.decisions.find(({ operation }) => operation.kind === 'functionCall')
      assert.is(last?.allowed, false)
      client.close()
    })

denials('a malformed one ends the session', async () => {
  for (const body of [
    int(1),
    Buffer.concat([int(1), short(2), short(0), short(0), short(1), int(0), short(1)]),
    Buffer.concat([int(1), short(0), short(1), int(50), short(1)]),
    Buffer.concat([int(1), short(0), short(0), short(1), Buffer.from('more')]),
  ]) {
    const client = await rig.raw()
    client.send(message('F', body))
    assert.is((await client.rest()).at(-1)?.fields.C, '08P01')
  }
})

denials.run()
