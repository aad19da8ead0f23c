import { createHash } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
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
import type { CastClosedBody, TrailBody } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { type CastOptions, openCasts } from './casts.ts'
import type { Recorded } from './trail.ts'

const about = { session: 's1', decisionSeq: 42, title: 'exec ls in shop/web' }
const path = 'casts/g1.0.0000000000000042.cast'

interface Given extends Partial<CastOptions> {
  readonly record?: (body: TrailBody) => Recorded
}

function setUp({ record, ...more }: Given = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-casts-'))
  const closed: CastClosedBody[] = []
  const failures: unknown[] = []
  const trail: CastOptions['trail'] = {
    record(body) {
      if (body.kind === 'cast.closed') closed.push(body)
      return record === undefined ? closed.length : record(body)
    },
    recordTogether: async body => await trail.record(body),
    note() {},
    healthy: true,
    lost: 0,
    close: async () => {},
  }
  let now = 1_700_000_000_000
  const options = {
    folder,
    gateway: 'g1',
    worker: 0,
    trail,
    now: () => now,
    maxBytes: 1 << 20,
    onFailure: (error: unknown) => failures.push(error),
    ...more,
  }
  return {
    folder,
    closed,
    failures,
    options,
    casts: () => openCasts(options),
    pass: (ms: number) => {
      now += ms
    },
    text: () => readFileSync(join(folder, path), 'utf8'),
    events: () =>
      readFileSync(join(folder, path), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map(line => JSON.parse(line)),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
const sha256 = (file: string) => `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`

const keeping = suite('a cast')

keeping('has what was shown and said, in a file that only its owner reads, and a line with its digest', async () => {
  const { folder, closed, casts, pass, text, events, remove } = setUp()
  const cast = casts().open(about)
  cast.resize(120, 40)
  cast.input(Buffer.from('ls\n'))
  pass(250)
  cast.output(Buffer.from('a file\r\n'), 'stdout')
  cast.output(Buffer.from('a warning\n'), 'stderr')
  cast.output(Buffer.from('another\n'), 'stderr')
  pass(-1000)
  cast.output(Buffer.from('b\n'), 'stdout')
  cast.mark('exit 1')
  await cast.written()
  await cast.close()
  assert.equal(JSON.parse(text().split('\n')[0] ?? ''), {
    ...{ version: 2, width: 80, height: 24, timestamp: 1_700_000_000, title: about.title },
    cedargate: { session: 's1', decisionSeq: 42 },
  })
  assert.equal(events(), [
    [0, 'r', '120x40'],
    [0, 'i', 'ls\n'],
    [0.25, 'o', 'a file\r\n'],
    [0.25, 'm', 'stderr'],
    [0.25, 'o', 'a warning\n'],
    [0.25, 'o', 'another\n'],
    [0.25, 'm', 'stdout'],
    [0.25, 'o', 'b\n'],
    [0.25, 'm', 'exit 1'],
  ])
  const file = join(folder, path)
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.equal(closed, [
    {
      ...{ kind: 'cast.closed', session: 's1', decisionSeq: 42, path },
      ...{ bytes: statSync(file).size, digest: sha256(file), truncated: false },
    },
  ])
  remove()
})

keeping('holds every byte, whether it is text, cut within a character, or neither', async () => {
  const { casts, events, remove } = setUp()
  const cast = casts().open(about)
  const said = Buffer.concat([Buffer.from('é€😀x'), Buffer.from([0xff, 0, 0x80]), Buffer.from('ok')])
  for (const byte of said) cast.output(Buffer.from([byte]), 'stdout')
  cast.input(Buffer.from([0xe2, 0x82])) // and no more
  await cast.close()
  const bytes = { o: [] as Buffer[], i: [] as Buffer[] }
  for (const [, code, data] of events())
    if (code === 'b') bytes[data[0] as 'o' | 'i'].push(Buffer.from(data.slice(2), 'base64'))
    else bytes[code as 'o' | 'i'].push(Buffer.from(data))
  assert.equal(Buffer.concat(bytes.o), said)
  assert.equal(Buffer.concat(bytes.i), Buffer.from([0xe2, 0x82]))
  assert.ok(events().some(([, code, data]) => code === 'o' && data === '😀'))
  remove()
})

keeping('acts on no terminal that shows the file', async () => {
  const { casts, text, events, remove } = setUp()
  const cast = casts().open({ ...about, title: '\u202e' })
  const evil = '\u001b]0;x\u0007\u009b2J\u202e\u007f'
  cast.output(Buffer.from(evil), 'stdout')
  await cast.close()
  assert.match(text(), /^[\n -~]*$/)
  assert.equal(events(), [[0, 'o', evil]])
  remove()
})

keeping('is written in order by several who wait', async () => {
  const { casts, events, remove } = setUp()
  const cast = casts().open(about)
  const waits: Promise<void>[] = []
  for (let n = 0; n < 100; n += 1) {
    cast.output(Buffer.from(`${n}`), 'stdout')
    waits.push(cast.written())
  }
  await Promise.all(waits)
  await cast.close()
  cast.output(Buffer.from('late'), 'stdout')
  let failed: unknown
  await cast.written().catch(error => {
    failed = error
  })
  assert.ok(hasCode('ERR_CAST_WRITE')(failed))
  assert.equal(
    events().map(([, , data]) => data),
    Array.from({ length: 100 }, (_, n) => `${n}`),
  )
  remove()
})

keeping('over its cap takes no more, and says so', async () => {
  const { folder, closed, casts, events, remove } = setUp({ maxBytes: 400 })
  const cast = casts().open(about)
  cast.output(Buffer.from('short'), 'stdout')
  await cast.written()
  cast.output(Buffer.from('x'.repeat(400)), 'stdout')
  let failed: unknown
  await cast.written().catch(error => {
    failed = error
  })
  assert.ok(hasCode('ERR_CAST_SIZE')(failed))
  await cast.close()
  assert.equal(events(), [[0, 'o', 'short']])
  assert.is(closed[0]?.truncated, true)
  assert.is(closed[0]?.digest, sha256(join(folder, path)))
  remove()
})

keeping('whose file was removed takes no more', async () => {
  const { folder, closed, failures, casts, remove } = setUp()
  const cast = casts().open(about)
  await cast.written()
  rmSync(join(folder, 'casts'), { recursive: true })
  await sleep(1100)
  cast.output(Buffer.from('x'), 'stdout')
  let failed: unknown
  await cast.written().catch(error => {
    failed = error
  })
  assert.ok(hasCode('ERR_CAST_WRITE')(failed))
  await cast.close()
  assert.is(closed[0]?.truncated, true)
  assert.match(String(failures[0]), /was removed/)
  remove()
})

for (const [why, spoil] of [
  ['its folder is a file', folder => writeFileSync(join(folder, 'casts'), '')],
  [
    'there is one of this decision',
    folder => {
      mkdirSync(join(folder, 'casts'))
      writeFileSync(join(folder, `${path}.part`), '')
    },
  ],
] as readonly (readonly [string, (folder: string) => void])[])
  keeping(`cannot be opened where ${why}`, async () => {
    const { folder, options, remove } = setUp()
    const casts = openCasts(options)
    spoil(folder)
    assert.throws(() => casts.open(about), hasCode('ERR_CAST_WRITE'))
    remove()
  })

keeping('that a crash left open is closed by whoever goes on with its chain', async () => {
  const before = setUp()
  const cast = before.casts().open(about)
  cast.output(Buffer.from('the last words\n'), 'stdout')
  await cast.written()
  const file = join(before.folder, path)
  appendFileSync(`${file}.part`, '[0.5,"o","to')
  writeFileSync(join(before.folder, 'casts/g1.1.0000000000000042.cast.part'), 'of another process')
  await before.casts().close()
  assert.equal(before.events(), [[0, 'o', 'the last words\n']])
  assert.equal(before.closed, [
    {
      ...{ kind: 'cast.closed', session: 's1', decisionSeq: 42, path },
      ...{ bytes: statSync(file).size, digest: sha256(file), truncated: true },
    },
  ])
  assert.equal(readdirSync(join(before.folder, 'casts')).sort(), [
    'g1.0.0000000000000042.cast',
    'g1.1.0000000000000042.cast.part',
  ])
  before.remove()
})

keeping('whose line cannot be written stays open, so that it is found again', async () => {
  const { folder, casts, remove } = setUp({ record: () => undefined })
  const cast = casts().open(about)
  await cast.close()
  assert.equal(readdirSync(join(folder, 'casts')), ['g1.0.0000000000000042.cast.part'])
  remove()
})

keeping('is closed with the gateway', async () => {
  const { closed, casts, remove } = setUp()
  const all = casts()
  all.open(about)
  all.open({ ...about, decisionSeq: 43 })
  await all.close()
  assert.equal(closed.map(({ decisionSeq, truncated }) => [decisionSeq, truncated]).sort(), [
    [42, false],
    [43, false],
  ])
  remove()
})

keeping.run()
