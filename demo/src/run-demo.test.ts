// timeout: 300s
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const demo = suite('the demo that stays up')
const binary = fileURLToPath(new URL('../bin/cedargate.js', import.meta.resolve('@cedargate/cli')))

demo('invites, and at Ctrl-C, which every process of its terminal gets, ends and leaves nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-run-demo-'))
  const child = spawn(process.execPath, [binary, 'demo'], {
    detached: true,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (text.includes('Ctrl-C ends it')) process.kill(-(child.pid ?? 0), 'SIGINT')
    })
  const [code] = await closed
  assert.is(code, 0, output.slice(-2000))
  assert.match(output, /PGPASSFILE=\S+ psql "host=localhost port=\d+ .*sslmode=verify-full sslrootcert=/)
  const left = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('cedargate-')) : []
  rmSync(folder, { recursive: true, force: true })
  assert.equal(left, [])
})

demo.run()
