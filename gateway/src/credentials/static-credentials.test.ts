import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { createStaticCredentials } from './static-credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'cedargate-credentials-'))
const file = join(folder, 'password')
writeFileSync(file, 's3cret from a file\n')
const hosts = ['db.internal']
const lockedKey = join(folder, 'key')
writeFileSync(lockedKey, 'a key', { mode: 0o600 })
chmodSync(file, 0o640)
const credentials = createStaticCredentials(
  {
    file: { file, hosts },
    environment: { env: 'DB_PASSWORD', hosts },
    command: { command: [process.execPath, '-e', 'process.stdout.write("from a command\\n")'], hosts },
    missing: { file: join(folder, 'missing'), hosts },
    unset: { env: 'NOT_SET', hosts },
    failing: {
      command: [process.execPath, '-e', 'console.log("leaked"); console.error("leaked"); process.exit(3)'],
      hosts,
    },
    endless: { command: [process.execPath, '-e', 'process.stdout.write("leaked".repeat(1e6))'], hosts },
    certificate: { certificate: file, key: lockedKey, hosts },
    shared: { certificate: file, key: file, hosts },
    absent: { command: ['/nowhere/vault', 'leaked'], hosts },
  },
  { DB_PASSWORD: 'from the environment' },
)

const reading = suite('a static credential is read')
for (const [name, secret] of [
  ['file', 's3cret from a file'],
  ['environment', 'from the environment'],
  ['command', 'from a command'],
] as const)
  reading(`from a ${name}`, async () => assert.is(await credentials.secret(name, 'db.internal'), secret))
reading('as a certificate with its key', async () => {
  const read = await credentials.certificate('certificate', 'db.internal')
  assert.equal(read, { cert: 's3cret from a file\n', key: 'a key' })
  assert.is(await credentials.certificate('environment', 'db.internal'), undefined)
})
reading('anew each time, so that a rotated one holds at once', async () => {
  writeFileSync(file, 'rotated')
  assert.is(await credentials.secret('file', 'db.internal'), 'rotated')
})

const refusals = suite('a static credential is refused when')
for (const [why, name, host, code] of [
  ['nobody configured it', 'other', 'db.internal', 'ERR_CREDENTIAL_UNKNOWN'],
  ['it is named like a member of every object', 'constructor', 'db.internal', 'ERR_CREDENTIAL_UNKNOWN'],
  ['its host is not on its list', 'file', 'evil.example', 'ERR_CREDENTIAL_HOST'],
  ['its file is missing', 'missing', 'db.internal', 'ERR_CREDENTIAL_READ'],
  ['its variable is not set', 'unset', 'db.internal', 'ERR_CREDENTIAL_READ'],
  ['its command fails', 'failing', 'db.internal', 'ERR_CREDENTIAL_READ'],
  ['its command does not end its output', 'endless', 'db.internal', 'ERR_CREDENTIAL_READ'],
  ['its command is not there', 'absent', 'db.internal', 'ERR_CREDENTIAL_READ'],
  ['it is a certificate, and a secret is asked for', 'certificate', 'db.internal', 'ERR_CREDENTIAL_READ'],
] as const)
  refusals(why, async () => {
    const error = await credentials.secret(name, host).then(
      () => undefined,
      reason => reason,
    )
    assert.ok(hasCode(code)(error))
    assert.not.match(inspect(error, { depth: null, showHidden: true }), /leaked|s3cret/)
  })
refusals.after(() => rmSync(folder, { recursive: true }))

reading.run()
for (const [why, name, host, code] of [
  ['others may read its key', 'shared', 'db.internal', 'ERR_CREDENTIAL_READ'],
  [
    'its certificate would be shown to a host that is not on its list',
    'certificate',
    'evil.example',
    'ERR_CREDENTIAL_HOST',
  ],
] as const)
  refusals(why, async () => {
    const error = await credentials.certificate(name, host).catch(reason => reason)
    assert.ok(hasCode(code)(error))
  })
refusals.run()
