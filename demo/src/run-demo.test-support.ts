import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { cedargateProgram } from './cedargate.ts'

export interface Played {
  readonly code: number | null
  readonly text: string
}

/**
 * Runs the demo as its command does, in a temporary folder and a process group of its own, and holds that nothing of either
 * is left.
 *
 * @param onText what it has shown so far; `interrupt` is a Ctrl-C, which every process of a terminal gets
 */
export async function playDemo(
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
  onText: (text: string, interrupt: () => void) => void = () => {},
): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  chmodSync(folder, 0o711) // under root a target runs as another user
  const child = spawn(process.execPath, [cedargateProgram, 'demo', ...args], {
    detached: true,
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const group = -(child.pid ?? 0)
  const closed = once(child, 'close')
  let wasInterrupted = false
  const interrupt = () => {
    if (!wasInterrupted) process.kill(group, 'SIGINT')
    wasInterrupted = true // a second one would not be waited for
  }
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more
      onText(text, interrupt)
    })
  const [code] = (await closed) as [number | null]
  const left = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('cedargate-')) : []
  rmSync(folder, { recursive: true, force: true })
  assert.equal(left, [], text)
  assert.throws(() => process.kill(group, 0), /ESRCH/, 'a process of it is left')
  assert.not.match(text, /eyJ/, 'a token was shown')
  assert.not.match(text, '\u001b', 'it has colours, and no terminal')
  return { code, text }
}

/** It said what it claims, and that all of it held. */
export function assertHeld({ code, text }: Played): void {
  assert.is(code, 0, text)
  assert.match(text.trimEnd().split('\n').at(-1) ?? '', /^ {2}all \d\d expectations held$/)
}

/** It was ended amid its script, and does not claim success. */
export function assertInterrupted({ code, text }: Played): void {
  assert.is.not(code, 0)
  assert.match(text, 'the demo was interrupted', text)
}
