// timeout: 300s
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnCedargate } from '@cedargate/demo'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

interface Played {
  readonly code: number | null
  readonly lines: readonly string[]
}

/** Runs the demo as its command does, in a temporary folder of its own. */
async function play(args: readonly string[], onLine?: (line: string, kill: () => void) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  chmodSync(folder, 0o711) // under root the target runs as another user
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  const child = spawnCedargate(folder, ['demo', ...args])
  process.env.TMPDIR = before
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      onLine?.(text, () => child.kill('SIGINT'))
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  const played: Played = { code, lines: text.trimEnd().split('\n') }
  return { ...played, left: readdirSync(folder), text }
}

const demo = suite('the demo')
demo('holds all that it claims, and leaves nothing behind', async () => {
  const { code, lines, left, text } = await play(['--once'])
  assert.is(code, 0, text)
  assert.match(lines.at(-1) ?? '', /^ {2}all \d\d expectations held$/)
  assert.equal(left, [])
  assert.not.match(text, /eyJ/, 'a token was shown')
})
demo('stays up until it is interrupted, and says what to type', async () => {
  const { code, left, text } = await play([], (shown, interrupt) => {
    if (shown.includes('Ctrl-C ends it')) interrupt()
  })
  assert.is(code, 0, text)
  assert.match(
    text,
    /PGPASSFILE=\S+ psql "host=localhost .* user=reporting@orders-db sslmode=verify-full sslrootcert=\S+"/,
  )
  assert.equal(left, [])
})
demo('that is interrupted amid its script takes everything down, and does not claim success', async () => {
  const { code, left, text } = await play(['--once'], (shown, interrupt) => {
    if (shown.includes('2. Policies in git')) interrupt()
  })
  assert.is.not(code, 0)
  assert.match(text, 'the demo was interrupted')
  assert.equal(left, [])
})
demo.run()
