import { statSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../../test/cli.ts'

const generate = suite('cedargate keys generate')
const folder = new Folder()
generate.after(() => folder.remove())

for (const [use, secret, open] of [
  ['bundle', ['bundle.key'], ['bundle.pub']],
  ['trail', ['trail.key'], ['trail.pub']],
  ['tls', ['ca.key', 'server.key'], ['ca.pem', 'server.pem']],
  ['token', ['token.key'], ['token.jwks.json']],
] as const)
  generate(`writes keys for ${use} that only their owner reads, once`, async () => {
    const made = await folder.run('keys', 'generate', '--for', use, '--out', use)
    assert.is(made.code, 0, made.stderr)
    for (const file of secret) assert.is(statSync(folder.file(`${use}/${file}`)).mode & 0o777, 0o600)
    for (const file of open) assert.ok(statSync(folder.file(`${use}/${file}`)).size > 0)
    assert.not.match(made.stdout, /PRIVATE/)
    const again = await folder.run('keys', 'generate', '--for', use, '--out', use)
    assert.is(again.code, 2)
    assert.match(again.stderr, /exists and is not overwritten, next: .*ERR_FILE_EXISTS/)
  })

generate('prints what to paste into identities.yaml', async () => {
  const { stdout } = await folder.run('keys', 'generate', '--for', 'token', '--out', 'paste')
  assert.match(
    stdout,
    /identities.yaml, under keySets:\n {2}development:\n {4}- \{ kty: OKP, crv: Ed25519, kid: [\w-]{43}, x: [\w-]{43} \}\n/,
  )
})

generate('wants to know what for', async () => {
  assert.match((await folder.run('keys', 'generate')).stderr, /--for/)
  assert.is((await folder.run('keys', 'generate', '--for', 'fun')).code, 2)
})

generate('makes no certificate for what is no host', async () => {
  for (const host of ['a b', 'a_b', '-a', 'a..b', 'http://a'])
    assert.match((await folder.run('keys', 'generate', '--for', 'tls', '--host', host)).stderr, /is no host name/, host)
})

generate.run()
