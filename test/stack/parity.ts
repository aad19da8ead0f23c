import { execFile } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { createTrailTail } from '@cedargate/demo'
import * as assert from 'uvu/assert'
import { cedargate as binary } from './gateways.ts'

const run = promisify(execFile)

/** What a gateway leaves behind. */
export interface Recorded {
  /** Where everything lies. */
  readonly folder: string
  /** Of the policies. */
  readonly repository: string
  readonly trailFolder: string
  /** PEM of the public key that vouches for the trail. */
  readonly trailKeyFile: string
  trail(): ReturnType<typeof createTrailTail>
  /** Stops the gateway; what it recorded can still be read. Idempotent. */
  stopGateway(): Promise<void>
}

/**
 * What was enforced is what is decided again from the record: every line with a decision, at its commit, through slices
 * and caches and without them; and simulation of the commit against its own recording finds nothing.
 */
export async function assertParity(stack: Recorded): Promise<void> {
  await stack.stopGateway()
  const decided = stack
    .trail()
    .all()
    .filter(event => event.kind === 'decision' && event.decision !== undefined)
  assert.ok(decided.length > 0, 'nothing was decided')

  for (const mode of [[], ['--whole-set']]) {
    const { ok, trail, replay } = await cedargate(
      ...[
        'trail',
        'verify',
        stack.trailFolder,
        '--replay',
        '--repository',
        stack.repository,
        '--key',
        stack.trailKeyFile,
        ...mode,
      ],
    )
    assert.equal(trail.findings, [], JSON.stringify(trail.findings, null, 2))
    assert.equal(replay.findings, [], JSON.stringify(replay.findings, null, 2))
    assert.is(ok, true)
    const { not_decided: _, ...notReplayable } = replay.notReplayable
    assert.equal(notReplayable, {})
    assert.is(replay.decided, decided.length)
    assert.is(replay.equal, decided.length)
  }

  for (const commit of new Set(decided.map(event => event.commit))) {
    const recording = recordingOf(stack, commit)
    const { counts } = await cedargate(...['simulate', stack.repository, '--head', commit, '--recordings', recording])
    const { unchanged, 'not-replayable': notDecided, ...changes } = counts
    assert.is(unchanged, decided.filter(event => event.commit === commit).length, JSON.stringify(counts))
    assert.equal(
      Object.values(changes).filter(count => count !== 0),
      [],
      JSON.stringify(counts),
    )
    assert.type(notDecided, 'number') // what the gate refused without asking
  }
}

/** What was recorded under one commit, with the sessions that it speaks of. */
function recordingOf(stack: Recorded, commit: string): string {
  const file = join(stack.folder, `recording-${commit}.jsonl`)
  for (const name of readdirSync(stack.trailFolder)
    .filter(segment => segment.endsWith('.jsonl'))
    .sort())
    for (const line of readFileSync(join(stack.trailFolder, name), 'utf8').trimEnd().split('\n')) {
      const event = JSON.parse(line)
      if (event.kind === 'session.started' || (event.kind === 'decision' && event.commit === commit))
        appendFileSync(file, `${line}\n`)
    }
  return file
}

async function cedargate(...args: readonly string[]) {
  const { stdout } = await run(process.execPath, [binary, ...args, '--format', 'json'], { maxBuffer: 1 << 28 }).catch(
    error => {
      if (typeof error.stdout === 'string' && error.stdout !== '') return error as { stdout: string }
      throw new Error(`cedargate ${args.join(' ')}: ${error.stderr}`)
    },
  )
  return JSON.parse(stdout)
}
