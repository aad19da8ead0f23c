import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { maxEnvelopeBytes } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { listOffered, readOffered } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'cedargate-source-'))
const at = (name: string) => join(folder, name)

const reading = suite('what is offered as a bundle')

reading('is read whole', async () => {
  writeFileSync(at('good'), 'x'.repeat(100_000))
  assert.is((await readOffered({ path: at('good'), stamp: '' })).length, 100_000)
})

// Between the list and the reading somebody may put something else in a file's place.
for (const [what, make, code] of [
  ['a pipe to which nobody writes', (path: string) => execFileSync('mkfifo', [path]), 'ERR_BUNDLE_SOURCE'],
  ['a folder', (path: string) => mkdirSync(path), 'ERR_BUNDLE_SOURCE'],
  ['a device without an end', (path: string) => symlinkSync('/dev/zero', path), 'ERR_BUNDLE_SOURCE'],
  ['a link to itself', (path: string) => symlinkSync(path, path), 'ERR_BUNDLE_SOURCE'],
  ['nothing', () => {}, 'ERR_BUNDLE_SOURCE'],
  [
    'a file over the cap',
    (path: string) => {
      writeFileSync(path, '')
      truncateSync(path, maxEnvelopeBytes + 1)
    },
    'ERR_BUNDLE_TOO_LARGE',
  ],
] as const)
  reading(`is refused, and nobody waits, where it is ${what}`, async () => {
    const path = at(what)
    make(path)
    const error = await readOffered({ path, stamp: '' }).catch(reason => reason)
    assert.ok(hasCode(code)(error), String(error))
  })

reading('is not read beyond the size that it says it has', async () => {
  symlinkSync('/proc/self/environ', at('system')) // it says 0, and holds secrets
  assert.ok((await readOffered({ path: at('system'), stamp: '' })).length <= 1)
})

reading('is listed beside what cannot be looked at', async () => {
  const source = at('listed')
  mkdirSync(source)
  symlinkSync('loop.bundle', join(source, 'loop.bundle'))
  symlinkSync('nowhere', join(source, 'dangling.bundle'))
  writeFileSync(join(source, 'a.bundle'), '')
  const offered = await listOffered({ folder: source })
  assert.equal(
    offered.map(({ path }) => path.slice(source.length + 1)),
    ['a.bundle', 'loop.bundle'],
  )
})

reading.after(() => rmSync(folder, { recursive: true }))

reading.run()
