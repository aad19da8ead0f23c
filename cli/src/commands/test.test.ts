import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../test/cli.ts'
import { files, withFiles } from '../../test/repository.ts'

const test = suite('cedargate test')
const folder = new Folder(withFiles())
const tests = files['tests/shop.test.yaml'] ?? ''
const wrong = new Folder(
  withFiles({
    'tests/shop.test.yaml': tests
      .replace('expect: deny\n  by: [only-backup-reads-audit]\n  reason: forbidden', 'expect: allow')
      .replace('by: [backup-reads]', 'by: [connect]')
      .replace('approvers: [dba]', 'approvers: [sre]'),
  }),
)
test.after(() => {
  folder.remove()
  wrong.remove()
})

test('passes, says which policies decided, and that all are covered', async () => {
  const { code, stdout } = await folder.run('test')
  assert.is(code, 0)
  assert.match(stdout, /✓ the nightly backup reads the audit schema by backup-reads\n/)
  assert.match(stdout, /6 tests passed\n5 policies decide a test\n$/)
})

test('fails with what was expected and what came, and what Cedar was asked', async () => {
  const { code, stdout } = await wrong.run('test')
  assert.is(code, 4)
  assert.match(stdout, /✗ reporting does not read the audit schema tests\/shop.test.yaml:19\n/)
  assert.match(stdout, /- expect: allow\n {2}\+ expect: deny\n/)
  assert.match(stdout, /- by: \[connect\]\n {2}\+ by: \[backup-reads\]\n/)
  assert.match(stdout, /- approvers: \[sre\]\n {2}\+ approvers: \[dba\]\n/)
  assert.match(stdout, /deny {2}select on Table orders-db\/orders\/audit\/events by only-backup-reads-audit/)
  assert.match(stdout, /3 tests failed, 3 passed/)
})

test('runs only what it is asked for', async () => {
  const names = async (...args: string[]) =>
    JSON.parse((await folder.run('test', '--format', 'json', ...args)).stdout).tests.map(
      (one: { name: string }) => one.name,
    )
  assert.equal(await names('--name', 'backup connects'), ['the nightly backup connects'])
  assert.is((await names('--role', 'migration')).length, 2)
  const nothing = await folder.run('test', '--target', 'other')
  assert.is(nothing.code, 2)
  assert.match(nothing.stderr, /no test is like that, next: /)
  assert.equal(await names('--policy', 'only-backup-reads-audit'), ['reporting does not read the audit schema'])
})

test('counts in JUnit', async () => {
  const { code, stdout } = await wrong.run('test', '--format', 'junit')
  assert.is(code, 4)
  assert.match(stdout, /<testsuites name="cedargate test" tests="6" failures="3">/)
  assert.match(stdout, /<failure message="expect: expected allow, got deny">/)
})

test('fails a test that cannot be run, says why, and runs the others', async () => {
  const bare = new Folder(withFiles({ 'snapshots/orders-db.json': undefined }))
  const { code, stdout } = await bare.run('test')
  bare.remove()
  assert.is(code, 4)
  assert.match(
    stdout,
    /there is no snapshot of `orders-db` .*next: run `cedargate snapshot pull orders-db` ERR_SHORTHAND/,
  )
  assert.match(stdout, /5 tests failed, 1 passed/)
})

test('names policies that no test reaches', async () => {
  const bare = new Folder(withFiles({ 'tests/shop.test.yaml': '[]\n' }))
  const { stdout } = await bare.run('test', '--format', 'json')
  bare.remove()
  assert.is(JSON.parse(stdout).coverage.untested.length, 5)
})

test('does not run over a repository that is not valid, and says where', async () => {
  const broken = new Folder(withFiles({ 'policies/x.cedar': 'permit (principal, action, resource);\n' }))
  const { code, stderr } = await broken.run('test')
  broken.remove()
  assert.is(code, 3)
  assert.match(stderr, /policies\/x.cedar\n {2}1:1 .* ERR_POLICY_ID_MISSING/s)
})

test.run()
