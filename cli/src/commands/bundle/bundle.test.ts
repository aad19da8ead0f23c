import { readdirSync, readFileSync, statSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { committed, Folder } from '../../../test/cli.ts'
import { files, withFiles } from '../../../test/repository.ts'
import { buildBundle } from '../../bundles/build.ts'

const bundle = suite('cedargate bundle')
const folder = committed(withFiles({ '.gitignore': 'out/\n' }))
const out = new Folder()
bundle.after(() => {
  folder.remove()
  out.remove()
})

for (const name of ['one', 'two', 'three'])
  assert.is((await out.run('keys', 'generate', '--for', 'bundle', '--out', name)).code, 0)
const key = (name: string) => out.file(`${name}/bundle.key`)
const trust = (...names: string[]) => [
  '--trust',
  names.map(name => out.file(`${name}/bundle.pub`)).join(','),
  ...['--audience', 'production', '--repository', 'shop-policies'],
]
const build = async (file: string, ...args: string[]) =>
  await folder.run('bundle', 'build', '--audience', 'production', '-o', out.file(file), ...args)
const verify = async (file: string, ...args: string[]) => await out.run('bundle', 'verify', file, ...args)

bundle('is built, signed, inspected and verified', async () => {
  const built = await build('payload', '--format', 'json')
  assert.is(built.code, 0, built.stderr)
  const { manifest } = JSON.parse(built.stdout)
  assert.is(manifest.commit, folder.git('rev-parse', 'HEAD'))
  assert.equal(
    [manifest.repository, manifest.ref, manifest.commits, manifest.epoch],
    ['shop-policies', 'refs/heads/main', 1, 1],
  )
  assert.equal(Object.keys(manifest.reports), ['lint', 'test'])
  assert.is((await out.run('bundle', 'sign', 'payload', '--key', key('one'), '-o', 'signed')).code, 0)
  assert.match((await out.run('bundle', 'inspect', 'signed')).stdout, /^not verified signed, .*policies\/shop.cedar\n/s)
  const verified = await verify('signed', ...trust('one'))
  assert.is(verified.code, 0, verified.stderr)
  assert.match(verified.stdout, /^verified signed, 5 policies\n/)
})

bundle('is built and signed at once, and leaves nothing half-written', async () => {
  assert.is((await build('atonce', '--key', key('one'))).code, 0)
  assert.is((await verify('atonce', ...trust('one'))).code, 0)
  assert.equal(
    readdirSync(out.path).filter(name => name.startsWith('.')),
    [],
  )
})

bundle(
  'is the same bytes of the same commit at the same time, wherever it is built, whatever else lies there',
  async () => {
    const elsewhere = new Folder()
    elsewhere.git('clone', '-q', folder.path, 'copy')
    elsewhere.write({
      'copy/policies/mine.cedar': 'forbid (principal, action, resource);\n',
      'copy/.git/info/exclude': 'mine.cedar\n',
    })
    const options = {
      ref: 'main',
      audience: 'production',
      epoch: 1,
      expiresInMs: 1000,
      now: 1_700_000_000_000,
      key: [key('one')],
    }
    const built = await Promise.all([folder.path, elsewhere.file('copy')].map(path => buildBundle(path, options)))
    elsewhere.remove()
    const [one, two] = built.map(each => ('bytes' in each ? String(each.bytes) : 'failed'))
    assert.match(one ?? '', /^\{"payloadType"/)
    assert.is(one, two)
  },
)

bundle('is written into a folder that it makes, and told apart from what is not signed yet', async () => {
  assert.is((await build('deep/er/payload')).code, 0)
  for (const command of [['verify', ...trust('one')], ['inspect'], ['renew', ...trust('one'), '--key', key('one')]]) {
    const { code, stderr } = await out.run('bundle', ...command, 'deep/er/payload')
    assert.is(code, 6)
    assert.match(stderr, /is not signed yet, next: `cedargate bundle sign` ERR_NOT_SIGNED/)
  }
})

bundle('is signed by two where two must', async () => {
  assert.is((await build('twice', '--key', key('one'))).code, 0)
  assert.match((await verify('twice', ...trust('one', 'two'), '--threshold', '2')).stderr, /ERR_BUNDLE_THRESHOLD/)
  assert.is((await out.run('bundle', 'sign', 'twice', '--key', key('one'))).code, 0)
  assert.match((await verify('twice', ...trust('one', 'two'), '--threshold', '2')).stderr, /ERR_BUNDLE_THRESHOLD/)
  assert.is((await out.run('bundle', 'sign', 'twice', '--key', key('two'))).code, 0)
  assert.is((await verify('twice', ...trust('one', 'two'), '--threshold', '2')).code, 0)
})

bundle('is renewed with a later expiry and the same content', async () => {
  await build('renewing', '--key', key('one'), '--expires-in', '1h')
  const before = JSON.parse((await out.run('bundle', 'inspect', 'renewing', '--format', 'json')).stdout)
  const renewed = await out.run(
    'bundle',
    'renew',
    'renewing',
    ...trust('one'),
    '--key',
    key('one'),
    '-o',
    'renewed',
    '--format',
    'json',
  )
  assert.is(renewed.code, 0, renewed.stderr)
  const { manifest } = JSON.parse(renewed.stdout)
  assert.is(manifest.digest, before.manifest.digest)
  assert.ok(manifest.expiresAt > before.manifest.expiresAt)
  assert.is((await verify('renewed', ...trust('one'), '--after', out.file('renewing'))).code, 0)
  assert.match((await verify('renewing', ...trust('one'), '--after', out.file('renewed'))).stderr, /ERR_BUNDLE_ORDER/)
})

bundle('of an older commit is refused after a newer one', async () => {
  await build('older', '--key', key('one'))
  folder.write({
    'policies/more.cedar':
      '@id("more")\n@owner("x")\n@reason("frozen")\nforbid (\n  principal,\n  action == Postgres::Action::"truncate",\n  resource\n);\n',
  })
  folder.commit('more')
  await build('newer', '--key', key('one'))
  assert.is((await verify('newer', ...trust('one'), '--after', out.file('older'))).code, 0)
  const { code, stderr } = await verify('older', ...trust('one'), '--after', out.file('newer'))
  assert.is(code, 6)
  assert.match(stderr, /is older than that of .*next: publish a newer commit.*ERR_BUNDLE_ORDER/)
})

bundle('is refused for a wrong key, a changed byte, another audience, repository, ref or epoch', async () => {
  await build('sound', '--key', key('one'))
  const text = readFileSync(out.file('sound'), 'utf8')
  const envelope = JSON.parse(text)
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace('audit schema', 'audit_schema')
  out.write({
    changed: JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }),
    cut: text.slice(0, 400),
  })
  for (const [file, args, code] of [
    ['sound', trust('three'), 'ERR_BUNDLE_KEY'],
    ['changed', trust('one'), 'ERR_BUNDLE_SIGNATURE'],
    ['cut', trust('one'), 'ERR_BUNDLE_JSON'],
    ['sound', [...trust('one'), '--audience', 'staging'], 'ERR_BUNDLE_AUDIENCE'],
    ['sound', [...trust('one'), '--repository', 'other'], 'ERR_BUNDLE_REPOSITORY'],
    ['sound', [...trust('one'), '--ref', 'refs/heads/other'], 'ERR_BUNDLE_REF'],
    ['sound', [...trust('one'), '--epoch', '2'], 'ERR_BUNDLE_EPOCH'],
  ] as const) {
    const ran = await verify(file, ...args)
    assert.is(ran.code, 6, `${code}: ${ran.stderr}`)
    assert.match(ran.stderr, new RegExp(code))
    assert.is(ran.stdout, '')
  }
})

bundle('is not built of a dirty tree, and says which file', async () => {
  folder.write({ 'policies/new.cedar': '' })
  const untracked = await build('none')
  assert.is(untracked.code, 2)
  assert.match(untracked.stderr, /`policies\/new.cedar` is not committed, next: .*ERR_GIT_DIRTY/)
  folder.git('clean', '-qf')
  folder.write({ 'cedargate.yaml': `${files['cedargate.yaml']}# changed\n` })
  assert.match((await build('none')).stderr, /ERR_GIT_DIRTY/)
  folder.git('checkout', '-q', '--', '.')
  assert.throws(() => statSync(out.file('none')))
})

bundle('is not built of a shallow clone or outside of git', async () => {
  folder.git('clone', '-q', '--depth', '1', `file://${folder.path}`, out.file('shallow'))
  const shallow = await out.run('bundle', 'build', 'shallow', '--audience', 'production', '-o', 'none')
  assert.is(shallow.code, 2)
  assert.match(shallow.stderr, /ERR_GIT_SHALLOW/)
  assert.match((await out.run('bundle', 'build', '.', '--audience', 'production', '-o', 'none')).stderr, /ERR_GIT/)
})

bundle('is not built of what lint or tests refuse', async () => {
  const shop = files['policies/shop.cedar'] ?? ''
  folder.git('checkout', '-q', '-b', 'wide')
  folder.write({ 'policies/wide.cedar': '@id("wide")\npermit (principal, action, resource);\n' })
  folder.commit('wide')
  const wide = await build('none')
  assert.is(wide.code, 3)
  assert.match(wide.stdout, /permit-without-scope/)
  folder.git('checkout', '-q', '-b', 'untested', 'main')
  folder.write({
    'policies/shop.cedar': shop.replace('unless { principal in Gate::Role::"backup" }', 'when { context has task }'),
  })
  folder.commit('untested')
  const failing = await build('none')
  assert.is(failing.code, 4)
  assert.match(failing.stdout, /nightly backup reads the audit schema/)
  folder.git('checkout', '-q', 'main')
  assert.throws(() => statSync(out.file('none')))
})

bundle('stays as it was where renewing fails, whatever the format', async () => {
  await build('precious', '--key', key('one'))
  const before = readFileSync(out.file('precious'), 'utf8')
  const ran = await out.run(
    ...['bundle', 'renew', 'precious', ...trust('three'), '--key', key('three'), '-o', 'precious', '--format', 'json'],
  )
  assert.is(ran.code, 6)
  assert.is(JSON.parse(ran.stdout).error.code, 'ERR_BUNDLE_KEY')
  assert.is(readFileSync(out.file('precious'), 'utf8'), before)
})

bundle('is not signed with what is no key', async () => {
  await build('unsigned')
  out.write({ 'bad.key': 'no key' })
  const { code, stderr } = await out.run('bundle', 'sign', 'unsigned', '--key', 'bad.key')
  assert.is(code, 2)
  assert.match(stderr, /ERR_KEY/)
  assert.is((await out.run('bundle', 'sign', 'unsigned', '--key', 'nowhere.key')).code, 2)
  assert.is((await out.run('bundle', 'sign', 'unsigned')).code, 2)
  assert.is((await out.run('bundle', 'inspect', 'bad.key')).code, 6)
})

bundle.run()
