import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { generateSigningKey, signingKey, verifyingKey } from '../signing.ts'
import { createChain, trailGenesis } from './chain.ts'
import { type Checkpoint, signCheckpoint } from './checkpoint.ts'
import type { TrailBody } from './events.ts'
import { parseTrailLine } from './line.ts'
import { segmentName } from './segment.ts'
import { createTrailVerifier, type TrailOptions } from './verifier.ts'
import { verifyTrail } from './verify.ts'

const pair = generateSigningKey()
const stranger = generateSigningKey()
const keys = [verifyingKey(pair.publicPem)]
const stamp = { time: 0, commit: 'c', bundle: 'b' }
const ended = (reason: string): TrailBody => ({ kind: 'session.ended', session: 's', reason })

interface Segment {
  name: string
  lines: string[]
}

/** Two sealed segments of four lines and a checkpoint each, then one of three lines without. */
function good(gateway = 'gw', worker = 0, signer = pair): Segment[] {
  const chain = createChain({ gateway, worker, seq: 0, previous: trailGenesis })
  const key = signingKey(signer.privatePem)
  return [4, 4, 3].map((count, index) => {
    const name = segmentName(gateway, worker, chain.seq + 1)
    const lines = Array.from({ length: count }, (_, i) => chain.line(ended(`${index}-${i}`), stamp))
    if (index < 2) lines.push(chain.line(signCheckpoint(chain, { name, lines: count }, key), stamp))
    return { name, lines }
  })
}

/** Writes lines anew from one on, as someone would who knows the format and has no key. */
function forge(segments: Segment[], from: number, change: (line: string) => string): Segment[] {
  let chain: ReturnType<typeof createChain> | undefined
  return segments.map(({ name, lines }) => ({
    name,
    lines: lines.map(line => {
      const event = parseTrailLine(line)
      if (event.seq < from) return line
      chain ??= createChain({ gateway: event.gateway, worker: event.worker, seq: from - 1, previous: event.previous })
      const body = JSON.parse(event.seq === from ? change(line) : line)
      if (body.kind === 'checkpoint') body.root = chain.previous
      return chain.line(body, { time: 0, commit: event.commit, bundle: event.bundle ?? 'none' })
    }),
  }))
}

function at(segments: Segment[], segment: number): Segment {
  const found = segments[segment]
  if (found === undefined) throw new Error(`no segment ${segment}`)
  return found
}

function renamed(segments: Segment[], index: number, name: string): Segment[] {
  return segments.map((segment, i) => (i === index ? { ...segment, name } : segment))
}

/** Findings as `code severity segment:line`, with segments numbered. */
async function findingsOf(segments: Segment[], options: TrailOptions = { keys }): Promise<string[]> {
  const report = await verifyTrail(segments, options)
  assert.is(report.ok, !report.findings.some(finding => finding.severity === 'error'))
  return report.findings.map(({ code, severity, segment, line }) => {
    const index = segments.findIndex(({ name }) => name === segment)
    return `${code.replace('ERR_TRAIL_', '')}${severity === 'error' ? '' : '?'} ${index}:${line}`
  })
}

const unsealed = 'UNSEALED? 2:1'
const sound = suite('a sound trail')

sound('shows only its unsealed end', async () => {
  const report = await verifyTrail(good(), { keys })
  assert.ok(report.ok)
  assert.equal(report.chains, [
    {
      gateway: 'gw',
      worker: 0,
      firstSeq: 1,
      lastSeq: 13,
      lines: 13,
      checkpoints: 2,
      sealedSeq: 9,
      unsealed: 3,
      recoveries: 0,
    },
  ])
  assert.is(report.lines, 13)
  assert.is(report.segments, 3)
  assert.equal(
    report.findings.map(({ code, severity, line }) => [code, severity, line]),
    [['ERR_TRAIL_UNSEALED', 'warning', 1]],
  )
})

sound('says how often its chains were recovered after a crash', async () => {
  const written = (worker: number, crashes: number) => {
    const chain = createChain({ gateway: 'gw', worker, seq: 0, previous: trailGenesis })
    const name = segmentName('gw', worker, 1)
    const recovered = {
      kind: 'trail.recovered',
      segment: name,
      tornBytes: 7,
      tornDigest: `sha256:${'0'.repeat(64)}`,
    } as const
    return {
      name,
      lines: Array.from({ length: crashes + 1 }, (_, i) => chain.line(i === 0 ? ended('x') : recovered, stamp)),
    }
  }
  const { ok, chains } = await verifyTrail([written(0, 0), written(1, 2)], { keys })
  assert.ok(ok)
  assert.equal(
    chains.map(({ recoveries }) => recoveries),
    [0, 2],
  )
})

sound('shows nothing where it ends with a checkpoint', async () => {
  assert.equal(await findingsOf(good().slice(0, 2)), [])
})

sound('may hold several chains, also in one file', async () => {
  const [a, b] = [good('gw', 0).slice(0, 2), good('gw', 1).slice(0, 2)]
  assert.equal(await findingsOf([...a, ...b]), [])
  const merged = { name: 'merged.jsonl', lines: a.flatMap(({ lines }, i) => lines.concat(at(b, i).lines)) }
  const report = await verifyTrail([merged], { keys })
  assert.equal(
    report.chains.map(({ worker, lines }) => [worker, lines]),
    [
      [0, 10],
      [1, 10],
    ],
  )
  assert.is(report.findings.filter(({ code }) => code !== 'ERR_TRAIL_CHECKPOINT').length, 2)
})

sound('gives each line once, with its place', async () => {
  const seen: string[] = []
  await verifyTrail(good(), { keys }, (event, { line }) => void seen.push(`${event.seq}@${line}`))
  assert.is(seen.join(' '), '1@1 2@2 3@3 4@4 5@5 6@1 7@2 8@3 9@4 10@5 11@1 12@2 13@3')
})

sound('is not sealed without a key', async () => {
  const report = await verifyTrail(good(), {})
  assert.ok(report.ok)
  assert.equal(
    report.findings.map(({ code, severity }) => `${code} ${severity}`),
    ['ERR_TRAIL_CHECKPOINT_KEY warning', 'ERR_TRAIL_CHECKPOINT_KEY warning', 'ERR_TRAIL_UNSEALED warning'],
  )
  assert.is(report.chains[0]?.sealedSeq, 0)
})

sound('may begin later where its beginning is said to lie elsewhere', async () => {
  assert.equal(await findingsOf(good().slice(1, 2), { keys, partial: true }), ['HEAD? 0:1'])
})

sound('may be empty', async () => {
  assert.equal(await findingsOf([]), [])
})

sound.run()

const spoilt = suite('verification tells that')

const spoils: readonly (readonly [string, (segments: Segment[]) => Segment[] | undefined, readonly string[]])[] = [
  [
    'a word was changed',
    s => void at(s, 0).lines.splice(1, 1, String(at(s, 0).lines[1]).replace('0-1', '0-9')),
    ['HASH 0:2', unsealed],
  ],
  [
    'a line was changed and hashed anew',
    s => {
      const forged = forge(s, 2, line => line.replace('0-1', '0-9'))
      at(s, 0).lines[1] = String(at(forged, 0).lines[1])
    },
    ['CHAIN 0:3', unsealed],
  ],
  [
    'all lines from one on were hashed anew, with the old signatures',
    s => forge(s, 2, line => line.replace('0-1', '0-9')),
    ['CHECKPOINT_SIGNATURE 0:5', 'CHECKPOINT_SIGNATURE 1:5', 'UNSEALED? 0:1'],
  ],
  ['the first line is gone', s => void at(s, 0).lines.shift(), ['HEAD 0:1', 'SEGMENT 0:1', 'CHECKPOINT 0:4', unsealed]],
  ['a line is gone', s => void at(s, 0).lines.splice(2, 1), ['GAP 0:3', 'CHECKPOINT 0:4', unsealed]],
  ['the first segment is gone', s => s.slice(1), ['HEAD 0:1', 'UNSEALED? 1:1']],
  ['a segment in the middle is gone', s => s.filter((_, i) => i !== 1), ['GAP 1:1', 'UNSEALED? 1:1']],
  [
    'two lines were swapped',
    s => void at(s, 0).lines.splice(1, 2, String(at(s, 0).lines[2]), String(at(s, 0).lines[1])),
    ['GAP 0:2', 'ORDER 0:3', 'GAP 0:4', unsealed],
  ],
  ['a line was repeated', s => void at(s, 2).lines.push(String(at(s, 2).lines[2])), ['ORDER 2:4', unsealed]],
  ['segments were swapped', s => [at(s, 1), at(s, 0), at(s, 2)], ['HEAD 0:1', 'ORDER 1:1', 'GAP 2:1', unsealed]],
  ['a segment was renamed', s => renamed(s, 2, segmentName('gw', 0, 12)), ['SEGMENT 2:1', 'SEGMENT 2:2', unsealed]],
  [
    'a segment was renamed to another gateway',
    s => renamed(s, 0, segmentName('wg', 0, 1)),
    ['SEGMENT 0:1', 'SEGMENT 0:2', 'SEGMENT 0:3', 'SEGMENT 0:4', 'SEGMENT 0:5', 'CHECKPOINT 0:5', unsealed],
  ],
  [
    'the last line is torn',
    s => void at(s, 2).lines.splice(2, 1, '{"seq":13,"ti'),
    [unsealed, 'TORN? 2:3'].toReversed(),
  ],
  ['an earlier segment ends torn', s => void at(s, 0).lines.splice(4, 1, '{"seq'), ['TORN 0:5', 'GAP 1:1', unsealed]],
  ['a line in the middle is garbage', s => void at(s, 2).lines.splice(1, 1, '\u0000\u0000'), ['LINE 2:2', unsealed]],
  ['an empty line was put in', s => void at(s, 2).lines.splice(1, 0, ''), ['LINE 2:2', unsealed]],
  [
    'a checkpoint is signed by a stranger',
    () => good('gw', 0, stranger),
    ['CHECKPOINT_KEY 0:5', 'CHECKPOINT_KEY 1:5', 'UNSEALED? 0:1'],
  ],
  [
    'a line is not as its kind has it',
    s => forge(s, 12, line => line.replace('"reason":"2-1"', '"reason":7')),
    ['SCHEMA 2:2', unsealed],
  ],
]
for (const [what, spoil, expected] of spoils)
  spoilt(what, async () => {
    const segments = good()
    assert.equal(await findingsOf(spoil(segments) ?? segments), expected)
  })

spoilt('a checkpoint with a root that is not the line before it', async () => {
  const chain = createChain({ gateway: 'gw', worker: 0, seq: 0, previous: trailGenesis })
  const name = segmentName('gw', 0, 1)
  const first = chain.line(ended('a'), stamp)
  const body = signCheckpoint(
    { ...chain, previous: 'f'.repeat(64), seq: 1 },
    { name, lines: 1 },
    signingKey(pair.privatePem),
  )
  assert.equal(await findingsOf([{ name, lines: [first, chain.line(body, stamp)] }]), [
    'CHECKPOINT 0:2',
    'UNSEALED? 0:1',
  ])
})

spoilt('lines are gone that a checkpoint kept elsewhere vouches for', async () => {
  const known = good().flatMap(({ lines }) => lines.slice(4).map(line => parseTrailLine(line) as Checkpoint))
  assert.equal(await findingsOf(good(), { keys, known }), [unsealed])
  assert.equal(await findingsOf(good().slice(0, 1), { keys, known }), ['TRUNCATED -1:0'])
  assert.equal(await findingsOf([], { keys, known }), ['TRUNCATED -1:0', 'TRUNCATED -1:0'])
  const rewritten = forge(good(), 8, line => line.replace('1-2', 'x')).slice(0, 2)
  assert.equal(await findingsOf(rewritten, { keys, known }), [
    'FORKED 1:5',
    'CHECKPOINT_SIGNATURE 1:5',
    'UNSEALED? 1:1',
  ])
  assert.equal(await findingsOf(good().slice(1, 2), { keys, known, partial: true }), ['HEAD? 0:1'])
})

spoilt('a trail is of garbage, within bounds', () => {
  const verifier = createTrailVerifier({ maxFindings: 10 })
  verifier.segment('x')
  for (let i = 0; i < 100; i++) assert.is(verifier.line('garbage'), undefined)
  const report = verifier.end()
  assert.not(report.ok)
  assert.is(report.findings.length, 10)
  assert.is(report.moreFindings, 90)
})

spoilt.run()
