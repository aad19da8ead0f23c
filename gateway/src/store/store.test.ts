import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { HighWaterMark } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { markKey, openStore, type Store } from './store.ts'

const key = markKey({ repository: 'example/policies', ref: 'refs/heads/main' })
const mark: HighWaterMark = {
  epoch: 2,
  commits: 7,
  issuedAt: '2026-01-10T00:00:00.000Z',
  commit: 'c'.repeat(40),
  digest: `sha256:${'d'.repeat(64)}`,
}

const store = suite<{ folder: string; opened: Store[] }>('the store')

store.before.each(context => {
  context.folder = mkdtempSync(join(tmpdir(), 'cedargate-store-'))
  context.opened = []
})
store.after.each(async ({ folder, opened }) => {
  for (const store of opened) await store.close()
  rmSync(folder, { recursive: true })
})

async function open({ folder, opened }: { folder: string; opened: Store[] }): Promise<Store> {
  const store = await openStore(join(folder, 'state'))
  opened.push(store)
  return store
}

store('keeps the gateway’s id and the mark over a restart', async context => {
  const before = await open(context)
  const id = await before.gatewayId()
  assert.match(id, /^gw-[0-9a-f]{16}$/)
  assert.is(await before.highWaterMark(key), undefined)
  assert.ok(await before.raise(key, mark))
  await before.close()
  const after = await open(context)
  assert.is(await after.gatewayId(), id)
  assert.equal(await after.highWaterMark(key), mark)
})

store('gives every gateway an id of its own', async context => {
  const one = await (await open(context)).gatewayId()
  const other = await openStore(join(context.folder, 'other'))
  context.opened.push(other)
  assert.is.not(await other.gatewayId(), one)
})

store('is readable by its user alone', async context => {
  const opened = await open(context)
  await opened.raise(key, mark)
  const state = join(context.folder, 'state')
  assert.is(statSync(state).mode & 0o777, 0o700)
  const files = readdirSync(state)
  assert.ok(files.includes('store.sqlite-wal'), files.join())
  for (const file of files) assert.is(statSync(join(state, file)).mode & 0o777, 0o600, file)
})

for (const [what, change, raised] of [
  ['is raised to the same again', {}, true],
  ['is raised to more commits, though issued earlier', { commits: 8, issuedAt: '2026-01-01T00:00:00.000Z' }, true],
  ['is raised to another commit of more commits', { commits: 8, commit: 'e'.repeat(40), digest: 'x' }, true],
  ['is raised to a later issue', { issuedAt: '2026-01-10T00:00:00.001Z' }, true],
  ['is raised to a later epoch of fewer commits', { epoch: 3, commits: 1, commit: 'e'.repeat(40) }, true],
  ['is not lowered to fewer commits', { commits: 6, issuedAt: '2027-01-01T00:00:00.000Z' }, false],
  ['is not lowered to an earlier issue', { issuedAt: '2026-01-09T23:59:59.999Z' }, false],
  ['is not lowered to an earlier epoch', { epoch: 1, commits: 99 }, false],
  [
    'does not change to another commit of the same count',
    { commit: 'e'.repeat(40), issuedAt: '2027-01-01T00:00:00.000Z' },
    false,
  ],
  ['does not change to other content of the same commit', { digest: 'x', issuedAt: '2027-01-01T00:00:00.000Z' }, false],
] as const)
  store(`has a mark that ${what}`, async context => {
    const opened = await open(context)
    await opened.raise(key, mark)
    assert.is(await opened.raise(key, { ...mark, ...change }), raised)
    assert.equal(await opened.highWaterMark(key), raised ? { ...mark, ...change } : mark)
  })

store('keeps a mark for each repository and ref', async context => {
  const opened = await open(context)
  const other = markKey({ repository: 'example/policies', ref: 'refs/heads/next' })
  await opened.raise(key, mark)
  assert.ok(await opened.raise(other, { ...mark, commits: 1 }))
  assert.is((await opened.highWaterMark(key))?.commits, 7)
  assert.is((await opened.highWaterMark(other))?.commits, 1)
})

store('never lowers a mark, in whatever order raises arrive', async context => {
  const opened = await open(context)
  const counts = [3, 9, 1, 7, 9, 2, 8]
  await Promise.all(counts.map(commits => opened.raise(key, { ...mark, commits })))
  assert.is((await opened.highWaterMark(key))?.commits, 9)
})

store('is refused where it is no database', async context => {
  writeFileSync(join(context.folder, 'store.sqlite'), 'not a database, but long enough to be read as one'.repeat(100))
  await rejects(openStore(context.folder), 'ERR_STORE_OPEN')
})

store('is refused where its folder is a file', async context => {
  writeFileSync(join(context.folder, 'state'), '')
  await rejects(openStore(join(context.folder, 'state')), 'ERR_STORE_OPEN')
})

store('is refused where a later release wrote it', async context => {
  const opened = await open(context)
  await opened.close()
  const database = new DatabaseSync(join(context.folder, 'state', 'store.sqlite'))
  database.exec(`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')`)
  database.close()
  await rejects(openStore(join(context.folder, 'state')), 'ERR_STORE_OPEN')
})

store('says so when it fails', async context => {
  const opened = await open(context)
  const database = new DatabaseSync(join(context.folder, 'state', 'store.sqlite'))
  database.exec('drop table high_water_mark')
  database.close()
  await rejects(opened.highWaterMark(key), 'ERR_STORE_UNAVAILABLE')
  await rejects(opened.raise(key, mark), 'ERR_STORE_UNAVAILABLE')
})

async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(hasCode(code)(error), String(error))
}

store.run()
