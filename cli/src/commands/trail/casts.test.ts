import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { type CastClosedBody, castPath, segmentName } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { committed } from '../../../test/cli.ts'
import { Recorder, reportReadsOrders } from '../../../test/recording.ts'
import { withFiles } from '../../../test/repository.ts'
import { openCommit } from '../../repository.ts'

const casts = suite('casts beside a trail')

const folder = committed(withFiles())
casts.after(() => folder.remove())
const repository = await openCommit(folder.path, 'HEAD')
const decisionSeq = 3
const path = castPath('gate-1', 0, decisionSeq)
const cast = '{"version":2,"width":80,"height":24}\n[0,"o","hello"]\n'

let trails = 0
/** A trail of one session with a cast. */
function trail(more: Partial<CastClosedBody> = {}): string {
  const recorder = new Recorder(repository)
  recorder.ask(reportReadsOrders)
  recorder.line({
    ...{ kind: 'cast.closed', session: 'session-1', decisionSeq, path, bytes: cast.length, truncated: false },
    digest: `sha256:${createHash('sha256').update(cast).digest('hex')}`,
    ...more,
  })
  trails += 1
  folder.write({
    [`trail-${trails}/${segmentName('gate-1', 0, 1)}`]: recorder.text,
    [`trail-${trails}/${path}`]: cast,
  })
  return `trail-${trails}`
}
async function verify(name: string, ...args: string[]) {
  const { code, stdout } = await folder.run('trail', 'verify', name, '--format', 'json', ...args)
  const { ok, casts: found } = JSON.parse(stdout)
  return { code, ok, found: found.findings.map((one: { code: string; severity: string }) => [one.code, one.severity]) }
}

casts('hold where each is what its line says', async () => {
  const name = trail({ truncated: true })
  const { code, stdout } = await folder.run('trail', 'verify', name)
  assert.is(code, 0, stdout)
  assert.match(stdout, /1 cast holds, 1 of them truncated\n/)
})

const gone = `${path}.gone`
for (const [why, change, code] of [
  ['it was changed', { [path]: cast.replace('hello', 'jello') }, 'ERR_CAST_DIGEST'],
  ['it was cut', { [path]: cast.slice(0, -1) }, 'ERR_CAST_DIGEST'],
  ['it was removed', 'removed', 'ERR_CAST_MISSING'],
  ['another was put beside it', { [castPath('gate-1', 0, 9)]: cast }, 'ERR_CAST_UNCLOSED'],
  ['something else was put beside it', { [gone]: cast }, 'ERR_CAST_UNCLOSED'],
] as readonly (readonly [string, Record<string, string> | 'removed', string])[])
  casts(`do not hold where ${why}`, async () => {
    const name = trail()
    if (change === 'removed') rmSync(folder.file(`${name}/${path}`))
    else for (const [file, text] of Object.entries(change)) folder.write({ [`${name}/${file}`]: text })
    assert.equal(await verify(name), { code: 6, ok: false, found: [[code, 'error']] })
  })

casts('are looked for nowhere else', async () => {
  const name = trail({ path: '../../etc/passwd' })
  rmSync(folder.file(`${name}/${path}`))
  assert.equal(await verify(name), { code: 6, ok: false, found: [['ERR_CAST_PATH', 'error']] })
})

casts('must be there where their segment is, whatever lies elsewhere', async () => {
  const name = trail()
  rmSync(folder.file(`${name}/${path}`))
  assert.equal(await verify(name, '--partial'), { code: 6, ok: false, found: [['ERR_CAST_MISSING', 'error']] })
  folder.write({ [`${name}/${path}`]: cast, [`${name}/${castPath('gate-1', 0, 9)}`]: cast })
  assert.equal(await verify(name, '--partial'), { code: 6, ok: false, found: [['ERR_CAST_UNCLOSED', 'error']] })
})

/** A trail whose cast is closed in the second segment, without the first. */
function later(): string {
  const name = trail()
  const whole = readFileSync(folder.file(`${name}/${segmentName('gate-1', 0, 1)}`), 'utf8').split(/(?<=\n)/)
  const at = whole.findIndex(line => line.includes('"cast.closed"'))
  rmSync(folder.file(`${name}/${segmentName('gate-1', 0, 1)}`))
  folder.write({ [`${name}/${segmentName('gate-1', 0, at + 1)}`]: whole.slice(at).join('') })
  return name
}

casts('may lie elsewhere with the segment of their decision', async () => {
  const name = later()
  assert.equal(await verify(name, '--partial'), { code: 0, ok: true, found: [] }, 'it may still be here')
  rmSync(folder.file(`${name}/${path}`))
  assert.equal(await verify(name, '--partial'), { code: 0, ok: true, found: [['ERR_CAST_MISSING', 'warning']] })
  assert.is((await verify(name)).code, 6, 'where nothing is said to lie elsewhere')
})

casts('are held against their line also where the segment of their decision lies elsewhere', async () => {
  const name = later()
  folder.write({ [`${name}/${path}`]: cast.replace('hello', 'jello') })
  assert.equal(await verify(name, '--partial'), { code: 6, ok: false, found: [['ERR_CAST_DIGEST', 'error']] })
})

casts('may be left behind by their segments, which is no damage', async () => {
  const name = later()
  for (const left of [castPath('gate-1', 0, 2), castPath('gate-2', 0, 7)]) folder.write({ [`${name}/${left}`]: cast })
  const unclosed = ['ERR_CAST_UNCLOSED', 'warning']
  assert.equal(await verify(name, '--partial'), { code: 0, ok: true, found: [unclosed, unclosed] })
  folder.write({ [`${name}/${castPath('gate-1', 0, 99)}`]: cast, [`${name}/casts/notes.txt`]: '' })
  const { ok, found } = await verify(name, '--partial')
  assert.is(ok, false)
  assert.is(found.filter(([, severity]: readonly string[]) => severity === 'error').length, 2)
})

casts('may still be open, or have got no name yet', async () => {
  const name = trail()
  folder.write({ [`${name}/${castPath('gate-1', 0, 9)}.part`]: cast })
  assert.equal(await verify(name), { code: 0, ok: true, found: [['ERR_CAST_UNCLOSED', 'warning']] })
  rmSync(folder.file(`${name}/${path}`))
  folder.write({ [`${name}/${path}.part`]: cast })
  assert.equal((await verify(name)).code, 0)
})

casts('are named beside their operation', async () => {
  const { stdout } = await folder.run('sessions', 'show', 'session-1', trail({ truncated: true }))
  assert.match(stdout, new RegExp(`\\n {4}${path}, ${cast.length} bytes, truncated\\n`))
})

casts.run()
