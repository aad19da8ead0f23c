import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../../test/cli.ts'

const sign = suite('cedargate token sign')
const folder = new Folder()
sign.after(() => folder.remove())
await folder.run('keys', 'generate', '--for', 'token')

const common = [
  '--role',
  'backup',
  '--key',
  'token.key',
  '--issuer',
  'https://issuer.example',
  '--audience',
  'cedargate',
]
const run = async (...args: string[]) => await folder.run('token', 'sign', ...common, ...args)

sign('prints the token and nothing else', async () => {
  const { code, stdout, stderr } = await run('--agent', 'nightly-backup', '--task-kind', 'backup', '--expires-in', '2h')
  assert.is(code, 0, stderr)
  assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  const claims = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString())
  assert.equal(
    [claims.sub, claims.role, claims.task, claims.exp - claims.iat],
    ['nightly-backup', 'backup', { id: 'development', kind: 'backup' }, 7200],
  )
})

for (const [why, args, message] of [
  ['nobody', [], /either --agent or --user/],
  ['an agent that is a user', ['--agent', 'a', '--user', 'b'], /either --agent or --user/],
  ['a lifetime that is none', ['--agent', 'a', '--expires-in', 'soon'], /not a duration such as/],
  ['a key that there is not', ['--agent', 'a', '--key', 'nowhere.key'], /ERR_FILE/],
  ['claims that are too long', ['--agent', 'a'.repeat(800)], /ERR_TOKEN_SIZE/],
] as const)
  sign(`refuses ${why}`, async () => {
    const { code, stdout, stderr } = await run(...args)
    assert.is(code, 2)
    assert.match(stderr, message)
    assert.is(stdout, '')
  })

sign.run()
