import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cedargate, Folder } from '../../test/cli.ts'

const test = suite('cedargate kubeconfig')
const folder = new Folder()
test.after(() => folder.remove())
const common = ['kubeconfig', '--gateway', 'gate.internal:6443', '--target', 'prod', '--role', 'scaling']

test('leads through the gateway and holds no secret', async () => {
  writeFileSync(join(folder.path, 'ca.pem'), 'CERTIFICATE')
  const { code, stdout, stderr } = await folder.run(...common, '--ca', 'ca.pem', '--namespace', 'shop')
  assert.is(code, 0, stderr)
  const name = 'scaling@prod'
  const server = 'https://gate.internal:6443/clusters/prod/roles/scaling'
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'cedargate',
    args: ['kube-credential'],
    interactiveMode: 'Never',
    installHint: 'cedargate must be in the PATH, since it hands kubectl the token',
  }
  assert.equal(load(stdout), {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': 'Q0VSVElGSUNBVEU=' } }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'shop' } }],
    'current-context': name,
  })
})

test('names odd targets so that they are one segment, and the token file wherever kubectl runs', async () => {
  const { stdout } = await folder.run(
    ...['kubeconfig', '--gateway', 'gate:1', '--target', 'a/b', '--role', 'x y', '--token-file', 'token'],
  )
  assert.match(stdout, 'server: https://gate:1/clusters/a%2Fb/roles/x%20y')
  assert.match(stdout, join(folder.path, 'token'))
})

test('writes a file that only its owner reads, and none over another', async () => {
  const { code, stdout } = await folder.run(...common, '-o', 'one.kubeconfig')
  assert.is(code, 0)
  assert.match(stdout, /^one\.kubeconfig leads to `prod` as `scaling`, next: kubectl --kubeconfig one\.kubeconfig/)
  assert.is(statSync(join(folder.path, 'one.kubeconfig')).mode & 0o777, 0o600)
  const again = await folder.run(...common, '-o', 'one.kubeconfig')
  assert.is(again.code, 2)
  assert.match(again.stderr, /ERR_FILE_EXISTS/)
})

for (const [why, gateway] of [
  ['a path', 'gate:6443/x'],
  ['a user', 'me@gate:6443'],
  ['nothing', ''],
  ['a query', 'gate?x'],
] as const)
  test(`takes no ${why} for an address`, async () => {
    const { code, stdout, stderr } = await folder.run(...common.with(2, gateway))
    assert.is(code, 2)
    assert.match(stderr, /next: /)
    assert.is(stdout, '')
  })

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`

test('hands kubectl the token, and says until when it is good', async () => {
  const token = jwt({ exp: 1_800_000_000 })
  const status = { token, expirationTimestamp: '2027-01-15T08:00:00Z' }
  const expected = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status }
  const given = await cedargate(['kube-credential'], { env: { CEDARGATE_TOKEN: token } })
  assert.is(given.code, 0, given.stderr)
  assert.equal(JSON.parse(given.stdout), expected)
  writeFileSync(join(folder.path, 'token'), `${token}\n`)
  assert.equal(JSON.parse((await folder.run('kube-credential', '--token-file', 'token')).stdout), expected)
  const plain = await cedargate(['kube-credential'], { env: { CEDARGATE_TOKEN: 'opaque' } })
  assert.equal(JSON.parse(plain.stdout).status, { token: 'opaque' })
})

for (const [why, token] of [
  ['no token', ''],
  ['a token of two lines', 'a\nb'],
] as const)
  test(`says what to do with ${why}`, async () => {
    const { code, stdout, stderr } = await cedargate(['kube-credential'], { env: { CEDARGATE_TOKEN: token } })
    assert.is(code, 2)
    assert.match(stderr, /ERR_USAGE/)
    assert.not.match(stderr, 'a\nb')
    assert.is(stdout, '')
  })

test.run()
