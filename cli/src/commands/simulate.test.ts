import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { committed } from '../../test/cli.ts'
import { all, Recorder } from '../../test/recording.ts'
import { files, open, withFiles } from '../../test/repository.ts'

const simulate = suite('cedargate simulate')

const recorder = new Recorder(await open())
for (const ask of [...all, ...all]) recorder.ask(ask)
const folder = committed(withFiles({ 'recordings/sample.jsonl': recorder.text }))
simulate.after(() => folder.remove())

const shop = files['policies/shop.cedar'] ?? ''
const counts = async (...args: string[]) =>
  JSON.parse((await folder.run('simulate', '--format', 'json', ...args)).stdout).counts
const unchanged = {
  'newly-allowed': 0,
  'newly-denied': 0,
  'newly-pending': 0,
  'other-reason': 0,
  'not-replayable': 0,
  unchanged: 8,
  error: 0,
}
/** The work tree with one text for another. */
function edit(before: string, after: string): void {
  assert.ok(shop.includes(before))
  folder.write({ 'policies/shop.cedar': shop.replace(before, after) })
}
simulate.after.each(() => {
  folder.git('checkout', '-q', 'main')
  folder.git('checkout', '-q', '--', '.')
})

simulate('finds nothing where nothing changed', async () => {
  const { code, stdout } = await folder.run(
    'simulate',
    '--fail-on',
    'newly-allowed,newly-denied,newly-pending,other-reason,not-replayable,error',
  )
  assert.is(code, 0)
  assert.match(stdout, /^8 recorded operations: as recorded → work tree\n/)
  assert.equal(await counts(), unchanged)
})

simulate('shows what would be newly denied, by whom and why', async () => {
  edit(
    'principal in Gate::Role::"backup",\n  action in Postgres',
    'principal in Gate::Role::"dba",\n  action in Postgres',
  )
  assert.equal(await counts(), { ...unchanged, unchanged: 6, 'newly-denied': 2 })
  const { code, stdout } = await folder.run('simulate', '--fail-on', 'newly-denied')
  assert.is(code, 5)
  assert.match(
    stdout,
    /newly denied\n +2× backup on orders-db: select on Table orders-db\/orders\/audit\/events\n +allow by backup-reads → deny \(no_permit\)\n/,
  )
  assert.match(stdout, /nightly-backup: query: SELECT \* FROM audit.events \(recordings\/sample.jsonl:3\)/)
  assert.match(stdout, /fails on newly-denied\n$/)
  assert.is((await folder.run('simulate', '--fail-on', 'newly-allowed')).code, 0)
})

simulate('shows what would be newly allowed', async () => {
  edit('unless { principal in Gate::Role::"backup" }', 'unless { true }')
  folder.write({
    'policies/more.cedar':
      '@id("more")\npermit (principal in Gate::Role::"reporting", action in Postgres::Action::"read", resource);\n',
  })
  // The audit read is allowed now, and reading orders is by one policy more.
  const found = await counts()
  folder.git('clean', '-qf')
  assert.equal(found, { ...unchanged, unchanged: 4, 'newly-allowed': 2, 'other-reason': 2 })
})

simulate('shows what would newly wait for a person', async () => {
  edit('@id("backup-reads")', '@id("backup-reads")\n@approvers("dba")')
  const text = shop
    .replace('@id("backup-reads")', '@id("backup-reads")\n@approvers("dba")')
    .replace(
      'resource in Postgres::Database::"orders-db/orders"\n);',
      'resource in Postgres::Database::"orders-db/orders"\n)\nwhen { context has approval && context.approval.roles.contains(Gate::Role::"dba") };',
    )
  folder.write({ 'policies/shop.cedar': text })
  assert.equal(await counts(), { ...unchanged, unchanged: 6, 'newly-pending': 2 })
})

simulate('tells what a shadow policy would decide, and does not count it as a change', async () => {
  edit('@id("only-backup-reads-audit")', '@id("only-backup-reads-audit")\n@mode("shadow")')
  folder.write({
    'policies/more.cedar':
      '@id("more")\npermit (principal in Gate::Role::"reporting", action in Postgres::Action::"read", resource);\n',
  })
  const { counts, shadow } = JSON.parse((await folder.run('simulate', '--format', 'json')).stdout)
  folder.git('clean', '-qf')
  assert.equal(counts, { ...unchanged, unchanged: 4, 'newly-allowed': 2, 'other-reason': 2 })
  assert.is(shadow, 2)
})

simulate('compares two commits, whatever lies in the work tree', async () => {
  edit('@id("reporting-reads-public")', '@id("reports")')
  folder.git('checkout', '-q', '-b', 'rename')
  folder.commit('rename')
  folder.git('checkout', '-q', 'main')
  edit(
    'principal in Gate::Role::"backup",\n  action in Postgres',
    'principal in Gate::Role::"dba",\n  action in Postgres',
  )
  const report = JSON.parse(
    (await folder.run('simulate', '--format', 'json', '--base', 'main', '--head', 'rename')).stdout,
  )
  assert.equal(report.counts, { ...unchanged, unchanged: 6, 'other-reason': 2 })
  assert.match(report.base, /^main \([0-9a-f]{12}\)$/)
})

simulate('says that a change of identities is not simulated', async () => {
  assert.equal(JSON.parse((await folder.run('simulate', '--format', 'json', '--base', 'main')).stdout).notes, [])
  folder.write({ 'identities.yaml': (files['identities.yaml'] ?? '').replace('sub: nightly-backup', 'sub: nightly') })
  const { notes } = JSON.parse((await folder.run('simulate', '--format', 'json', '--base', 'main')).stdout)
  assert.match(notes[0], /^identities.yaml differs, .* is not simulated/)
})

simulate('takes its threshold from cedargate.yaml', async () => {
  folder.write({ 'cedargate.yaml': `${files['cedargate.yaml']}simulate: { failOn: [newly-denied] }\n` })
  edit(
    'principal in Gate::Role::"backup",\n  action in Postgres',
    'principal in Gate::Role::"dba",\n  action in Postgres',
  )
  assert.is((await folder.run('simulate')).code, 5)
})

simulate('counts what it cannot read or replay, and fails on it when told to', async () => {
  const lines = recorder.text.split('\n').filter(line => line !== '')
  const changed = lines.map((line, index) => (index === 2 ? line.replace('events', 'event_') : line))
  const headless = changed.filter((_, index) => index !== 5)
  folder.write({ 'half.jsonl': `${headless.join('\n')}\n{"torn` })
  const report = JSON.parse((await folder.run('simulate', '--recordings', 'half.jsonl', '--format', 'json')).stdout)
  assert.equal(report.counts, { ...unchanged, unchanged: 6, 'not-replayable': 1, error: 2 })
  assert.equal(
    report.faults.map((fault: { code: string; line: number }) => [fault.code, fault.line]),
    [
      ['ERR_TRAIL_HASH', 3],
      ['ERR_TRAIL_LINE', headless.length + 1],
    ],
  )
  assert.is((await folder.run('simulate', '--recordings', 'half.jsonl', '--fail-on', 'error')).code, 5)
  folder.git('clean', '-qf')
})

simulate('does not replay an operation whose session or target is gone', async () => {
  const lines = recorder.text.split('\n').filter(line => line !== '' && !line.includes('"session.started"'))
  folder.write({ 'headless.jsonl': `${lines.join('\n')}\n` })
  assert.is((await counts('--recordings', 'headless.jsonl'))['not-replayable'], 8)
  const renamed = (text: string | undefined) => (text ?? '').replaceAll('orders-db', 'orders-new')
  folder.write({
    'targets.yaml': renamed(files['targets.yaml']),
    'tests/shop.test.yaml': renamed(files['tests/shop.test.yaml']),
    'snapshots/orders-new.json': files['snapshots/orders-db.json'] ?? '',
  })
  const { stdout } = await folder.run('simulate')
  assert.match(stdout, / 8 {2}not replayable\n/)
  assert.match(stdout, /→ not replayable \(no_target\)/)
  folder.git('clean', '-qf')
})

for (const [why, args, code, message] of [
  ['an unknown ref', ['--base', 'nope'], 2, /no commit `nope` here, next: .*ERR_GIT_REF/],
  ['a recording that there is not', ['--recordings', 'nope.jsonl'], 2, /no recording `nope.jsonl`/],
  ['a threshold that there is not', ['--fail-on', 'everything'], 2, /`everything` is none of newly-allowed/],
] as const)
  simulate(`refuses ${why}`, async () => {
    const ran = await folder.run('simulate', ...args)
    assert.is(ran.code, code)
    assert.match(ran.stderr, message)
  })

simulate.run()
