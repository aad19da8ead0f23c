// timeout: 300s
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { GatewayError } from '../core/errors.ts'
import { hasCode } from '../core/has-code.test-support.ts'
import { markKey, openStore, type Store } from '../store/store.ts'
import { type Bundles, type BundlesOptions, createBundles } from './bundles.ts'
import { commitOf, day, signBundle, signForged, start, trust } from './sign-bundle.test-support.ts'

interface Context {
  folder: string
  store: Store
  opened: Bundles[]
  /** `active <commits>` and `refused <code>`, in the order of events. */
  events: string[]
  now: number
}

const bundles = suite<Context>('bundles')

bundles.before.each(async context => {
  const root = mkdtempSync(join(tmpdir(), 'cedargate-bundles-'))
  context.folder = join(root, 'bundles')
  mkdirSync(context.folder)
  context.store = await openStore(join(root, 'state'))
  context.opened = []
  context.events = []
  context.now = start
})
bundles.after.each(async ({ folder, store, opened }) => {
  for (const each of opened) await each.close()
  await store.close()
  rmSync(join(folder, '..'), { recursive: true })
})

async function open(context: Context, changes: Partial<BundlesOptions> = {}): Promise<Bundles> {
  const { events } = context
  const opened = createBundles({
    source: { folder: context.folder },
    trust,
    store: context.store,
    now: () => context.now,
    onActivated: ({ manifest, repository }, index) => {
      assert.is(index.digest, repository.digest)
      assert.equal(
        index.policies.map(({ id }) => id),
        [`commit-${manifest.commits}`],
      )
      events.push(`active ${manifest.commits}`)
    },
    onRefused: code => events.push(`refused ${code.replace(/^ERR_/, '')}`),
    pollMs: 50,
    settleMs: 250,
    ...changes,
  })
  context.opened.push(opened)
  await opened.start()
  return opened
}

/** Puts a file there in one step, as whoever publishes should. */
function publish(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, '.partial'), text)
  renameSync(join(folder, '.partial'), join(folder, name))
}

async function until(context: Context, ...expected: string[]): Promise<void> {
  const deadline = performance.now() + 30_000
  while (context.events.length < expected.length && performance.now() < deadline) await sleep(20)
  assert.equal(context.events, expected)
}

/** Long enough for several looks and for files to settle. */
async function nothingMore(context: Context, ...expected: string[]): Promise<void> {
  await sleep(400)
  assert.equal(context.events, expected)
}

async function marked({ store }: Context): Promise<number | undefined> {
  return (await store.highWaterMark(markKey(trust)))?.commits
}

bundles('of the highest order come into force, and older ones beside it are no news', async context => {
  for (const commits of [5, 7, 6]) publish(context.folder, `${commits}.bundle`, signBundle(commits))
  await open(context)
  await nothingMore(context, 'active 7')
  assert.is(await marked(context), 7)
})

bundles('come into force as they arrive, in a folder', async context => {
  await open(context)
  publish(context.folder, 'a.bundle', signBundle(1))
  await until(context, 'active 1')
  publish(context.folder, 'b.bundle', signBundle(2))
  await until(context, 'active 1', 'active 2')
  publish(context.folder, 'c.bundle', signBundle(1, { issuedAt: start - 2 * day }))
  await until(context, 'active 1', 'active 2', 'refused BUNDLE_ORDER')
  assert.is(await marked(context), 2)
})

bundles('come into force as they arrive, in a file that is replaced', async context => {
  const file = join(context.folder, 'policies.bundle')
  writeFileSync(file, signBundle(3))
  await open(context, { source: { file } })
  publish(context.folder, 'policies.bundle', signBundle(4))
  await until(context, 'active 3', 'active 4')
  publish(context.folder, 'policies.bundle', signBundle(3))
  await until(context, 'active 3', 'active 4', 'refused BUNDLE_ORDER')
  publish(context.folder, 'policies.bundle', signBundle(5))
  await until(context, 'active 3', 'active 4', 'refused BUNDLE_ORDER', 'active 5')
})

bundles('come into force when a link is turned to another folder, as in a mounted volume', async context => {
  const at = (...path: string[]) => join(context.folder, ...path)
  for (const [version, commits] of [
    ['v1', 1],
    ['v2', 2],
  ] as const) {
    mkdirSync(at(version))
    writeFileSync(at(version, 'policies.bundle'), signBundle(commits))
  }
  symlinkSync('v1', at('..data'))
  symlinkSync('..data/policies.bundle', at('policies.bundle'))
  await open(context, { source: { file: at('policies.bundle') } })
  symlinkSync('v2', at('..new'))
  renameSync(at('..new'), at('..data'))
  await until(context, 'active 1', 'active 2')
})

bundles('are found without a word from the file system', async context => {
  const file = join(context.folder, 'late', 'policies.bundle')
  await open(context, { source: { file } })
  mkdirSync(join(context.folder, 'late'))
  writeFileSync(file, signBundle(1))
  await until(context, 'active 1')
})

bundles('are renewed', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context)
  publish(context.folder, 'b.bundle', signBundle(1, { issuedAt: start }))
  await until(context, 'active 1', 'active 1')
})

bundles('are not activated again when a file is touched or copied', async context => {
  const file = join(context.folder, 'a.bundle')
  writeFileSync(file, signBundle(1))
  await open(context)
  utimesSync(file, 1, 1)
  copyFileSync(file, join(context.folder, 'copy.bundle'))
  await nothingMore(context, 'active 1')
})

bundles('that are written slowly are no alarm', async context => {
  await open(context, { settleMs: 3000 })
  const text = signBundle(1)
  const file = join(context.folder, 'a.bundle')
  for (let i = 0; i < 8; i++) {
    appendFileSync(file, text.slice((i * text.length) / 8, ((i + 1) * text.length) / 8))
    await sleep(60)
  }
  await until(context, 'active 1')
})

bundles('that stay torn are refused once', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context)
  const torn = join(context.folder, 'b.bundle')
  writeFileSync(torn, signBundle(2).slice(0, -20))
  await until(context, 'active 1', 'refused BUNDLE_JSON')
  utimesSync(torn, 1, 1)
  copyFileSync(torn, join(context.folder, 'c.bundle'))
  await nothingMore(context, 'active 1', 'refused BUNDLE_JSON')
})

bundles('in force stay there when their file goes', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context)
  unlinkSync(join(context.folder, 'a.bundle'))
  await until(context, 'active 1', 'refused BUNDLE_SOURCE')
  publish(context.folder, 'a.bundle', signBundle(2))
  await until(context, 'active 1', 'refused BUNDLE_SOURCE', 'active 2')
})

bundles('are awaited where there is none, which is told once', async context => {
  rmSync(context.folder, { recursive: true })
  await open(context)
  await until(context, 'refused BUNDLE_SOURCE')
  await nothingMore(context, 'refused BUNDLE_SOURCE')
  mkdirSync(context.folder)
  publish(context.folder, 'a.bundle', signBundle(1))
  await until(context, 'refused BUNDLE_SOURCE', 'active 1')
})

bundles('are read from files of that name only', async context => {
  writeFileSync(join(context.folder, 'README.md'), 'not a bundle')
  writeFileSync(join(context.folder, '.hidden.bundle'), 'not a bundle')
  mkdirSync(join(context.folder, 'folder.bundle'))
  execFileSync('mkfifo', [join(context.folder, 'pipe.bundle')])
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context)
  await nothingMore(context, 'active 1')
})

for (const [what, offered, code] of [
  ['of a stranger', () => signBundle(2).replace(/"sig":"./, '"sig":"!'), 'BUNDLE_BASE64'],
  ['for another audience', () => signBundle(2, { audience: 'staging' }), 'BUNDLE_AUDIENCE'],
  ['that expired', () => signBundle(2, { expiresInMs: day }), 'BUNDLE_EXPIRED'],
  ['of as many commits with another', () => signBundle(1, { commit: commitOf(9), issuedAt: start }), 'BUNDLE_FORKED'],
  [
    'with a policy that does not validate',
    () => signForged(2, 'policies/x.cedar', '@id("x") permit (principal, action, resource) when { resource.x };'),
    'POLICY_SCHEMA',
  ],
  [
    'with a policy that is too deep',
    () =>
      signForged(
        2,
        'policies/x.cedar',
        `@id("x") permit (principal, action, resource) when { ${Array(5000).fill('true').join('||')} };`,
      ),
    'POLICY_TOO_DEEP',
  ],
  ['with a file that cannot be read', () => signForged(2, 'targets.yaml', '['), 'YAML_SYNTAX'],
] as const)
  bundles(`${what} are refused, and the last good one stays`, async context => {
    publish(context.folder, 'a.bundle', signBundle(1))
    await open(context)
    publish(context.folder, 'b.bundle', offered())
    await until(context, 'active 1', `refused ${code}`)
    assert.is(await marked(context), 1)
  })

bundles('come into force beside whatever else lies there', async context => {
  const at = (name: string) => join(context.folder, name)
  publish(context.folder, 'good.bundle', signBundle(1))
  symlinkSync('loop.bundle', at('loop.bundle'))
  symlinkSync('/proc/self/environ', at('secrets.bundle'))
  writeFileSync(at('empty.bundle'), '')
  for (let i = 0; i < 300; i++) writeFileSync(at(`junk-${i}.bundle`), 'junk')
  const told: string[] = []
  const long = JSON.stringify({ payloadType: 'x'.repeat(1_000_000), payload: '', signatures: [] })
  writeFileSync(at('long.bundle'), long)
  await open(context, { onRefused: (code, detail) => told.push(`${code} ${detail}`) })
  for (let turns = 0; told.length < 5 && turns < 100; turns++) await sleep(50)
  await nothingMore(context, 'active 1')
  const codes = told.map(line => line.split(' ')[0]).sort()
  assert.equal(codes, ['ERR_BUNDLE_JSON', 'ERR_BUNDLE_JSON', 'ERR_BUNDLE_JSON', 'ERR_BUNDLE_SOURCE', 'ERR_BUNDLE_TYPE'])
  for (const line of told) assert.ok(line.length < 1100, 'a file fills the log')
})

bundles('below one that is refused are taken', async context => {
  publish(context.folder, 'b.bundle', signForged(2, 'targets.yaml', '['))
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context)
  assert.equal(context.events, ['refused YAML_SYNTAX', 'active 1'])
})

bundles('are loaded again after a restart, and older ones are not', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  publish(context.folder, 'b.bundle', signBundle(2))
  await (await open(context)).close()
  await (await open(context)).close()
  assert.equal(context.events, ['active 2', 'active 2'])
  unlinkSync(join(context.folder, 'b.bundle'))
  publish(context.folder, 'c.bundle', signBundle(1, { issuedAt: start - 2 * day }))
  await open(context)
  await nothingMore(context, 'active 2', 'active 2', 'refused BUNDLE_ORDER')
  assert.is(await marked(context), 2)
})

bundles('of the future are refused once, and taken when it has come', async context => {
  publish(context.folder, 'a.bundle', signBundle(1, { issuedAt: start + day }))
  await open(context)
  await nothingMore(context, 'refused BUNDLE_FUTURE')
  context.now = start + day
  await until(context, 'refused BUNDLE_FUTURE', 'active 1')
})

bundles('that the deployment does not accept raise no mark', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  const accept = () => {
    throw new GatewayError('ERR_CREDENTIAL_HOST', 'not for this host')
  }
  await open(context, { accept })
  await nothingMore(context, 'refused CREDENTIAL_HOST')
  assert.is(await marked(context), undefined)
})

bundles('wait for a store that does not answer', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  let answers = false
  const raise: Store['raise'] = async (key, mark) => {
    if (!answers) throw new GatewayError('ERR_STORE_UNAVAILABLE', 'locked')
    return await context.store.raise(key, mark)
  }
  await open(context, { store: { raise, highWaterMark: key => context.store.highWaterMark(key) } })
  assert.equal(context.events, ['refused STORE_UNAVAILABLE'])
  answers = true
  await until(context, 'refused STORE_UNAVAILABLE', 'active 1')
})

bundles('are refused where another process brought in a newer one meanwhile', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context, { store: { highWaterMark: async () => undefined, raise: async () => false } })
  assert.equal(context.events, ['refused BUNDLE_ORDER'])
})

bundles('that take too long are refused', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  await open(context, { deadlineMs: 1 })
  assert.is(context.events[0], 'refused SMOKE_DEADLINE')
  assert.is(await marked(context), undefined)
})

bundles('that are under way when the gateway closes come to nothing', async context => {
  publish(context.folder, 'a.bundle', signBundle(1))
  const opening = open(context)
  await sleep(60)
  await context.opened[0]?.close()
  await opening
  assert.equal(context.events, [])
})

bundles('need a trust root that can be met', context => {
  const options = { source: { folder: context.folder }, store: context.store, now: () => start }
  const ignored = { onActivated: () => {}, onRefused: () => {} }
  for (const [changes, code] of [
    [{ threshold: 2 }, 'ERR_BUNDLE_TRUST'],
    [{ keys: ['x'] }, 'ERR_KEY'],
  ] as const)
    assert.throws(() => createBundles({ ...options, ...ignored, trust: { ...trust, ...changes } }), hasCode(code))
})

bundles.run()
