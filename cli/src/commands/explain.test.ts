import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../test/cli.ts'
import { withFiles } from '../../test/repository.ts'

const explain = suite('cedargate explain')
const folder = new Folder(withFiles())
explain.after(() => folder.remove())

const as = async (agent: string, role: string, ...rest: string[]) =>
  await folder.run('explain', '--as', `agent:${agent}`, '--role', role, '--target', 'orders-db', ...rest)

explain('says what decided, and why the others did not', async () => {
  const { code, stdout } = await as('report', 'reporting', '--sql', 'SELECT * FROM audit.events')
  assert.is(code, 0)
  assert.match(stdout, /^deny \(forbidden\) by only-backup-reads-audit\n/)
  assert.match(stdout, /deny {2}select on Table orders-db\/orders\/audit\/events\n/)
  assert.match(stdout, /context.statement \{.*command: "SELECT"/)
  assert.match(
    stdout,
    /● forbid only-backup-reads-audit applies, policies\/shop.cedar:36\n {6}reason: the audit schema is read by backup jobs only/,
  )
})

explain('names the exception that holds', async () => {
  const { stdout } = await as('nightly-backup', 'backup', 'SELECT * FROM audit.events')
  assert.match(stdout, /^allow by backup-reads\n/)
  assert.match(
    stdout,
    /○ forbid only-backup-reads-audit does not apply.*\n {6}since its exception holds: principal in Gate::Role::"backup"\n/,
  )
})

explain('names the condition that fails, and who may approve', async () => {
  const { stdout } = await as('migrator', 'migration', '--sql', 'DROP TABLE orders')
  assert.match(stdout, /^pending for dba by migration-defines-when-approved\n/)
  assert.match(stdout, /since this does not hold: context has approval\n {6}an approval by dba may do\n/)
  assert.match(
    (await as('migrator', 'migration', '--approved-by', 'dba', 'DROP TABLE orders')).stdout,
    /^allow by migration-defines-when-approved\n/,
  )
})

explain('answers in JSON with what was asked, candidates and outcomes', async () => {
  const report = JSON.parse((await as('nightly-backup', 'backup', '--json', '--connect')).stdout)
  assert.is(report.operation.kind, 'connect')
  assert.is(report.evaluation.decision.effect, 'allow')
  assert.equal(
    report.requests[0].candidates.map((one: { id: string; outcome: string }) => [one.id, one.outcome]),
    [['connect', 'satisfied']],
  )
})

explain('says what limits it would have', async () => {
  const limited = `@id("a-little") @owner("data") @maxRows("10") @statementTimeout("90s")
permit (principal in Gate::Role::"reporting", action in Postgres::Action::"read", resource);`
  const other = new Folder(withFiles({ 'policies/limited.cedar': limited }))
  const { stdout } = await other.run(
    ...['explain', '--as', 'agent:report', '--role', 'reporting', '--target', 'orders-db', 'SELECT * FROM orders'],
  )
  assert.match(stdout, /^allow by a-little, reporting-reads-public\n {2}at most 10 rows, 90 s\n/)
  await other.remove()
})

explain('says what to do where a name means nothing', async () => {
  const { code, stdout } = await as('report', 'reporting', 'SELECT * FROM nothing')
  assert.is(code, 0)
  assert.match(stdout, /^deny \(unresolved\)\n.*\n {2}next: .*`cedargate snapshot pull orders-db`/)
})

explain('shows what was typed, also where that is little', async () => {
  assert.match((await as('report', 'reporting', '')).stdout, /\n {2}query: \(empty\)\n/)
  assert.match((await as('report', 'reporting', 'BEGIN')).stdout, /\n {2}query: BEGIN\n/)
})

const cluster = fileURLToPath(new URL('../../../templates/kubernetes', import.meta.url))
for (const [why, args, said] of [
  [
    'a command of kubectl',
    ['scale deployment/web --replicas=9 -n shop'],
    /^pending for sre-oncall by scale-out-needs-a-human\n/,
  ],
  [
    'the same by its flag',
    ['--kubectl', 'scale deployment/web --replicas=9 -n shop'],
    /\n {2}PATCH \/apis\/.*\/scale\?/,
  ],
  ['a call of its API', ['--api', 'GET /apis/apps/v1/namespaces/shop/deployments/web'], /^allow by scaling-reads\n/],
] as const)
  explain(`knows ${why}`, async () => {
    const who = ['--as', 'autoscaler', '--role', 'scaling', '--target', 'prod', '--repository', cluster]
    const { code, stdout, stderr } = await folder.run('explain', ...who, ...args)
    assert.is(code, 0, stderr)
    assert.match(stdout, said)
  })
explain('says of a change that cannot be known what is missing, and no more', async () => {
  const who = ['--as', 'deployer', '--role', 'deploy', '--target', 'prod', '--repository', cluster]
  const { stdout } = await folder.run('explain', ...who, 'set image deployment/web web=web:2 -n shop')
  assert.match(stdout, /^deny \(unresolved\)\n {2}.*, next: say `before:` or `after:` beside the call\n\n/)
})

for (const [why, args, code, message] of [
  ['an unknown target', ['--as', 'a', '--role', 'backup', '--target', 'nope', 'SELECT 1'], 3, /ERR_UNKNOWN_TARGET/],
  ['an unknown role', ['--as', 'a', '--role', 'nope', '--target', 'orders-db', 'SELECT 1'], 3, /ERR_UNKNOWN_ROLE/],
  [
    "a user in an agent's role",
    ['--as', 'user:a', '--role', 'backup', '--target', 'orders-db', 'SELECT 1'],
    3,
    /to a user.*ERR_UNKNOWN_ROLE/,
  ],
  ['no operation', ['--as', 'a', '--role', 'backup', '--target', 'orders-db'], 2, /0 operations were given.*ERR_USAGE/],
  [
    'two operations',
    ['--as', 'a', '--role', 'backup', '--target', 'orders-db', '--connect', 'SELECT 1'],
    2,
    /2 operations/,
  ],
  [
    'an operation of no protocol',
    ['--as', 'a', '--role', 'backup', '--target', 'orders-db', '--operation', '{"kubectl":"get pods"}'],
    2,
    /`kubectl` is not said to a postgres target, next: say `sql` or `connect`/,
  ],
  ['what is no principal', ['--as', 'agent:', '--role', 'backup', '--target', 'orders-db', 'SELECT 1'], 2, /agent:ID/],
  [
    'what is no address',
    ['--as', 'a', '--role', 'backup', '--target', 'orders-db', '--from', '10.0.0.0/8', 'SELECT 1'],
    2,
    /not an address/,
  ],
  ['nobody', ['--role', 'backup', '--target', 'orders-db', 'SELECT 1'], 2, /--as/],
] as const)
  explain(`refuses ${why}`, async () => {
    const ran = await folder.run('explain', ...args)
    assert.is(ran.code, code, ran.stderr)
    assert.match(ran.stderr, message)
    assert.is(ran.stdout, '')
  })

explain.run()
