import {
  type DecisionBody,
  generateSigningKey,
  segmentName,
  signCheckpoint,
  signingKey,
} from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { committed } from '../../../test/cli.ts'
import { all, backupReadsAudit, Recorder } from '../../../test/recording.ts'
import { withFiles } from '../../../test/repository.ts'
import { openCommit } from '../../repository.ts'

const verify = suite('cedargate trail verify')

const folder = committed(withFiles())
folder.write({ '.gitignore': 'trail/\nspoilt/\n*.pub\n' })
folder.commit('second')
verify.after(() => folder.remove())

const repository = await openCommit(folder.path, 'HEAD')
const segment = segmentName('gate-1', 0, 1)
const key = generateSigningKey()
const recorder = record()
folder.write({ [`trail/${segment}`]: recorder.text, 'trail.pub': key.publicPem })

function record(spoil?: (body: DecisionBody) => DecisionBody): Recorder {
  const made = new Recorder(repository)
  for (const ask of all) made.ask(ask)
  if (spoil !== undefined) made.ask(backupReadsAudit, spoil)
  made.line(signCheckpoint(made.state, { name: segment, lines: made.lines.length }, signingKey(key.privatePem)))
  return made
}

/** Runs over changed lines. */
async function over(lines: readonly string[], ...args: string[]) {
  folder.write({ [`spoilt/${segment}`]: lines.map(line => `${line}\n`).join('') })
  const { code, stdout, stderr } = await folder.run(
    'trail',
    'verify',
    'spoilt',
    '--key',
    'trail.pub',
    '--format',
    'json',
    ...args,
  )
  const report = stdout === '' ? undefined : JSON.parse(stdout)
  const codes = report?.trail.findings.map((one: { code: string; line: number }) => `${one.code} ${one.line}`)
  return { code, report, codes, stderr }
}

verify('finds a sound trail sound, and re-derives each decision at its commit', async () => {
  const { code, stdout } = await folder.run('trail', 'verify', 'trail', '--key', 'trail.pub', '--replay')
  assert.is(code, 0, stdout)
  assert.match(stdout, /^the chain holds, 16 lines in 1 segment\n/)
  assert.match(stdout, /4 decisions replayed, all equal\n/)
})

verify('says that a trail was recovered after a crash', async () => {
  const crashed = new Recorder(repository)
  crashed.line({ kind: 'trail.recovered', segment, tornBytes: 7, tornDigest: `sha256:${'0'.repeat(64)}` })
  folder.write({ [`spoilt/${segment}`]: crashed.text })
  const { code, stdout } = await folder.run('trail', 'verify', 'spoilt')
  assert.is(code, 0, stdout)
  assert.match(stdout, /gate-1 worker 0: .*, recovered from a crash once\n/)
})

verify('comes to the same without slices and caches', async () => {
  const { report } = await over(recorder.lines, '--replay', '--whole-set')
  assert.equal(report.replay, {
    decisions: 4,
    decided: 4,
    replayed: 4,
    equal: 4,
    changedMapping: 0,
    falseDecisions: 0,
    notReplayable: {},
    commits: [repository.commit],
    findings: [],
  })
})

const { lines } = recorder
for (const [why, spoilt, codes] of [
  [
    'a changed line',
    lines.map((line, at) => (at === 2 ? line.replace('"allow"', '"deny"') : line)),
    ['ERR_TRAIL_HASH 3'],
  ],
  ['a line taken out', lines.filter((_, at) => at !== 4), ['ERR_TRAIL_GAP 5']],
  [
    'two lines exchanged',
    [...lines.slice(0, 3), lines[4] ?? '', lines[3] ?? '', ...lines.slice(5)],
    ['ERR_TRAIL_GAP 4', 'ERR_TRAIL_ORDER 5'],
  ],
  ['a beginning that was cut', lines.slice(2), ['ERR_TRAIL_HEAD 1']],
  ['a line that is none', [...lines.slice(0, 3), 'garbage', ...lines.slice(3)], ['ERR_TRAIL_LINE 4']],
] as const)
  verify(`finds ${why}, and where`, async () => {
    const { code, codes: found } = await over(spoilt)
    assert.is(code, 6)
    for (const expected of codes) assert.ok(found.includes(expected), `${expected} is not among ${found.join(', ')}`)
  })

verify('finds an end that was cut, by a checkpoint kept elsewhere', async () => {
  folder.write({ 'spoilt/known.txt': `${lines.at(-1)}\n` })
  const { code, codes } = await over(lines.slice(0, 9), '--known', 'spoilt/known.txt')
  assert.is(code, 6)
  assert.ok(codes.some((found: string) => found.startsWith('ERR_TRAIL_TRUNCATED')))
})

verify('tells lines after the last checkpoint', async () => {
  const { code, codes } = await over(lines.slice(0, -1))
  assert.is(code, 0)
  assert.equal(codes, ['ERR_TRAIL_UNSEALED 1'])
})

verify('does not trust another key', async () => {
  folder.write({ 'other.pub': generateSigningKey().publicPem })
  const { code, stdout } = await folder.run('trail', 'verify', 'trail', '--key', 'other.pub')
  assert.is(code, 6)
  assert.match(stdout, /ERR_TRAIL_CHECKPOINT_KEY/)
})

verify('finds a decision that does not follow from its policies, though the chain holds', async () => {
  const lying = record(body => ({ ...body, decision: { effect: 'allow', policies: ['connect'] } }))
  const { code, report } = await over(lying.lines, '--replay')
  assert.is(code, 6)
  assert.ok(report.trail.ok)
  assert.is(report.replay.falseDecisions, 1)
  assert.is(report.replay.findings[0].code, 'ERR_REPLAY_DECISION')
})

verify('tells a changed mapping from a false decision', async () => {
  const { code, report } = await over(
    record(body => ({ ...body, requestsDigest: `sha256:${'0'.repeat(64)}` })).lines,
    '--replay',
  )
  assert.is(code, 6)
  assert.equal([report.replay.changedMapping, report.replay.falseDecisions], [1, 0])
  assert.is(report.replay.findings[0].code, 'ERR_REPLAY_MAPPING')
})

verify('counts apart what cannot be re-derived', async () => {
  const refused = record(({ kind, session, agent, role, source, target, operation }) => ({
    ...{ kind, session, agent, role, source, target, operation },
    refused: 'trail_unavailable' as const,
  }))
  assert.equal((await over(refused.lines, '--replay')).report.replay.notReplayable, { not_decided: 1 })
  const redacted = record(body => ({ ...body, replayable: false as const }))
  assert.equal((await over(redacted.lines, '--replay')).report.replay.notReplayable, { redacted: 1 })
})

verify('finds policies in force that were not those of the commit', async () => {
  const other = new Recorder({ ...repository, digest: `sha256:${'1'.repeat(64)}` })
  other.ask(backupReadsAudit)
  const { code, report } = await over(other.lines, '--replay')
  assert.is(code, 6)
  assert.is(report.replay.findings[0].code, 'ERR_REPLAY_CONTENT')
})

verify('fails where it cannot replay, at a commit that is not there: once for each', async () => {
  const other = new Recorder({ ...repository, commit: '0'.repeat(40) })
  other.ask(backupReadsAudit)
  other.ask(backupReadsAudit)
  const { code, report } = await over(other.lines, '--replay')
  assert.is(code, 6)
  assert.equal(report.replay.notReplayable, { no_commit: 2 })
  assert.equal(
    report.replay.findings.map((found: { code: string }) => found.code),
    ['ERR_REPLAY_COMMIT'],
  )
})

verify('refuses a folder without segments, and a key that is none', async () => {
  folder.write({ 'spoilt/empty/.keep': '', 'bad.pub': 'nothing' })
  assert.is((await folder.run('trail', 'verify', 'spoilt/empty')).code, 2)
  const { code, stderr } = await folder.run('trail', 'verify', 'trail', '--key', 'bad.pub')
  assert.is(code, 2)
  assert.match(stderr, /ERR_KEY/)
})

verify.run()
