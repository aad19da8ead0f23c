import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  generateSigningKey,
  parseTrailLine,
  signingKey,
  type TrailBody,
  type TrailEvent,
  verifyingKey,
  verifyTrail,
} from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { openTrail, type TrailOptions } from './writer.ts'

const keys = generateSigningKey()
const body = (reason: string): TrailBody => ({ kind: 'gateway.stopped', reason })

function setUp(more: Partial<TrailOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-trail-'))
  const failures: unknown[] = []
  const options: TrailOptions = {
    folder,
    gateway: 'g1',
    worker: 0,
    durability: 'os',
    maxSegmentBytes: 1 << 20,
    maxSegmentAgeMs: 1 << 30,
    key: signingKey(keys.privatePem),
    now: () => 1_700_000_000_000,
    inForce: () => ({ commit: 'c1', bundle: 'sha256:b1' }),
    onFailure: error => failures.push(error),
    ...more,
  }
  return { folder, failures, options, remove: () => rmSync(folder, { recursive: true }) }
}
const segments = (folder: string) =>
  readdirSync(folder)
    .filter(name => name.endsWith('.jsonl'))
    .sort()
const lines = (folder: string): readonly TrailEvent[] =>
  segments(folder).flatMap(name => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map(parseTrailLine))
async function verified(folder: string) {
  return await verifyTrail(
    segments(folder).map(name => ({
      name,
      lines: readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter(line => line !== ''),
    })),
    { keys: [verifyingKey(keys.publicPem)] },
  )
}

const writing = suite('a trail')

for (const durability of ['os', 'disk'] as const)
  writing(`with durability ${durability} has a line on disk before it is answered`, async () => {
    const { folder, options, remove } = setUp({ durability })
    const trail = openTrail(options)
    assert.is(await trail.record(body('one')), 1)
    assert.is(lines(folder).length, 1)
    assert.equal(await Promise.all([trail.record(body('two')), trail.record(body('three'))]), [2, 3])
    assert.is(lines(folder).length, 3)
    await trail.close()
    remove()
  })

writing(
  'writes together what this turn of the event loop leaves, and nothing of it is lost to a record or to its end',
  async () => {
    const { folder, options, remove } = setUp()
    const trail = openTrail(options)
    const together = Promise.all([trail.recordTogether(body('one')), trail.recordTogether(body('two'))])
    await undefined
    assert.equal(segments(folder), [])
    assert.equal(await together, [1, 2])
    assert.is(lines(folder).length, 2)
    const overtaken = trail.recordTogether(body('three'))
    assert.is(trail.record(body('four')), 4)
    assert.is(lines(folder).length, 4)
    assert.is(await overtaken, 3)
    const last = trail.recordTogether(body('five'))
    await trail.close()
    assert.equal(await Promise.all([last, trail.recordTogether(body('late'))]), [5, undefined])
    assert.equal((await verified(folder)).findings, [])
    remove()
  },
)

writing('stamps every line with what is in force, in files that only its owner reads', async () => {
  const { folder, options, remove } = setUp()
  const trail = openTrail(options)
  trail.record(body('one'))
  await trail.close()
  assert.is(lines(folder)[0]?.commit, 'c1')
  assert.is(lines(folder)[0]?.bundle, 'sha256:b1')
  for (const name of segments(folder)) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600)
  remove()
})

writing('holds notes back, and writes them in order with the next record', async () => {
  const { folder, options, remove } = setUp()
  const trail = openTrail(options)
  trail.note(body('first'))
  trail.record(body('second'))
  const reasons = lines(folder).map(line => (line.kind === 'gateway.stopped' ? line.reason : ''))
  assert.equal(reasons, ['first', 'second'])
  await trail.close()
  remove()
})

for (const durability of ['os', 'disk'] as const)
  writing(`with durability ${durability} takes nothing more when its folder is removed`, async () => {
    const { folder, options, failures, remove } = setUp({ durability })
    const trail = openTrail(options)
    assert.is(await trail.record(body('one')), 1)
    remove()
    await sleep(1100)
    assert.is(await trail.record(body('lost to everybody')), undefined)
    assert.is(trail.healthy, false)
    assert.match(String(failures[0]), /was removed/)
    await trail.close()
    assert.is(existsSync(folder), false)
  })

writing('goes on across restarts, seals what it closes, and verifies', async () => {
  const { folder, options, remove } = setUp()
  for (const run of ['a', 'b']) {
    const trail = openTrail(options)
    trail.record(body(run))
    await trail.close()
  }
  assert.equal(
    lines(folder).map(line => line.kind),
    ['gateway.stopped', 'checkpoint', 'gateway.stopped', 'checkpoint'],
  )
  const report = await verified(folder)
  assert.equal(report.findings, [])
  remove()
})

writing('rotates by size, each segment sealed and named for its first line', async () => {
  const { folder, options, remove } = setUp({ maxSegmentBytes: 2000 })
  const trail = openTrail(options)
  for (let n = 0; n < 40; n += 1) trail.record(body(`line ${n}`))
  await trail.close()
  assert.ok(segments(folder).length > 3)
  for (const name of segments(folder).slice(0, -1))
    assert.is(
      parseTrailLine(readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').at(-1) ?? '').kind,
      'checkpoint',
    )
  assert.equal((await verified(folder)).findings, [])
  remove()
})

for (const [what, torn] of [
  ['half a line', '{"seq":3,"time":"20'],
  ['a line without its newline', 'x'.repeat(200_000)],
  ['a whole line that is not what its hash says', `{"seq":3,"hash":"${'0'.repeat(64)}"}\n`],
] as const)
  writing(`sets aside ${what} after a crash, and says so`, async () => {
    const { folder, options, remove } = setUp()
    const before = openTrail(options)
    before.record(body('one'))
    await before.close()
    const [name = ''] = segments(folder)
    appendFileSync(join(folder, name), torn)
    const after = openTrail(options)
    after.record(body('two'))
    await after.close()
    const recovered = lines(folder).find(line => line.kind === 'trail.recovered')
    assert.is(recovered?.kind === 'trail.recovered' && recovered.tornBytes, torn.length)
    assert.equal(
      (await verified(folder)).findings.filter(({ severity }) => severity === 'error'),
      [],
    )
    const aside = readdirSync(folder).find(file => file.includes('.torn-')) ?? ''
    assert.is(readFileSync(join(folder, aside), 'utf8'), torn)
    remove()
  })

writing('that cannot be written answers with nothing, keeps its notes, and recovers without a gap', async () => {
  const { folder, options, failures, remove } = setUp({ maxSegmentBytes: 1 })
  const trail = openTrail(options)
  assert.is(trail.record(body('one')), 1)
  // the next line wants a new segment, where now a file stands in its way
  const next = lines(folder).length + 1
  const inTheWay = join(folder, `g1.0.${String(next).padStart(16, '0')}.jsonl`)
  writeFileSync(inTheWay, '')
  chmodSync(inTheWay, 0o600)
  trail.note(body('kept'))
  assert.is(trail.record(body('refused')), undefined)
  assert.is(trail.healthy, false)
  assert.ok(failures.length > 0)
  const together = [trail.recordTogether(body('refused too')), trail.recordTogether(body('as well'))]
  assert.equal(await Promise.all(together), [undefined, undefined])
  // also who waits behind what one write takes
  const large = body('z'.repeat(9 * 1024 * 1024))
  const behind = Array.from({ length: 3 }, () => trail.recordTogether(large))
  assert.equal(await Promise.all(behind), [undefined, undefined, undefined])
  rmSync(inTheWay)
  assert.ok(trail.record(body('two')))
  assert.is(trail.healthy, true)
  await trail.close()
  const reasons = lines(folder).flatMap(line => (line.kind === 'gateway.stopped' ? [line.reason] : []))
  assert.equal(reasons, ['one', 'kept', 'two'])
  assert.equal((await verified(folder)).findings, [])
  remove()
})

const overlong = 17 * 1024 * 1024
writing('refuses a line over the cap alone, and its checkpoint counts what is there', async () => {
  const { folder, options, failures, remove } = setUp()
  const trail = openTrail(options)
  assert.is(trail.record(body('one')), 1)
  assert.is(trail.record(body('x'.repeat(overlong))), undefined)
  assert.is(trail.record(body('two')), 2)
  await trail.close()
  assert.is(failures.length, 1)
  assert.equal((await verified(folder)).findings, [])
  remove()
})

writing('gives up notes and never a record that somebody waits for', async () => {
  const { options, remove } = setUp({ durability: 'disk' })
  const trail = openTrail(options)
  const recorded = trail.record(body('waited for'))
  for (let n = 0; n < 100_010; n += 1) trail.note(body('n'))
  assert.is(await Promise.race([recorded, sleep(20_000, 'never answered', { ref: false })]), 1)
  assert.is(trail.lost, 11)
  await trail.close()
  remove()
})

writing('answers every record, however much waits for the disk together', async () => {
  const { options, failures, remove } = setUp({ durability: 'disk', maxSegmentBytes: 1 << 30 })
  const trail = openTrail(options)
  // together they are longer than a string can be
  const large = body('y'.repeat(15 * 1024 * 1024))
  const all = Array.from({ length: 40 }, async () => await trail.record(large))
  const answered = await Promise.race([Promise.all(all), sleep(60_000, 'never answered', { ref: false })])
  assert.equal(
    answered,
    Array.from({ length: 40 }, (_, at) => at + 1),
  )
  assert.equal(failures, [])
  await trail.close()
  remove()
})

writing('that is closed takes no more', async () => {
  const { options, remove } = setUp()
  const trail = openTrail(options)
  await trail.close()
  assert.is(await trail.record(body('late')), undefined)
  remove()
})

writing('in a folder that is a file is refused', () => {
  const { folder, options, remove } = setUp()
  writeFileSync(join(folder, 'file'), '')
  assert.throws(() => openTrail({ ...options, folder: join(folder, 'file') }), hasCode('ERR_TRAIL_OPEN'))
  remove()
})

writing.run()
