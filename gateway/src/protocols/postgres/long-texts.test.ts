import {
  emptyCatalog,
  isReadAtOnce,
  keepLong,
  loadGrammars,
  longSqlLength,
  postgresProtocol,
  readLong,
  readSql,
} from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createLongTexts } from './long-texts.ts'

await loadGrammars()

const list = (count: number, of = 'a.x') =>
  `SELECT b.y IN (${Array(count).fill(of).join(', ')}) FROM a JOIN b USING (k)`
const thread = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`)
const turn = () => new Promise(resolve => setImmediate(resolve))
const isRefused = (sql: string) => {
  const reading = readSql(sql)
  return 'reason' in reading ? reading.detail : ''
}

const catalog = emptyCatalog({ database: 'd', transaction: 'none' })
function recordedOf(sql: string): string | undefined {
  const recorded = postgresProtocol.redact({ protocol: 'postgres', kind: 'query', sql, catalog })
  return 'sql' in recorded ? recorded.sql : undefined
}

const reading = suite('long texts')

reading('short ones are read at once', () => {
  const texts = createLongTexts()
  assert.is(texts.read('SELECT 1'), undefined)
  assert.is(texts.read(`SELECT '${'x'.repeat(longSqlLength - 10)}'`) === undefined, true)
})

for (const [what, sql] of [
  ['a list of columns', list(2_000)],
  ['a join of a table with itself', `${list(900)}, a AS c NATURAL JOIN a AS d WHERE c = d`],
  ['a syntax error', `${list(2_000)} FROM`],
  ['nothing but a comment', `-- ${'x'.repeat(longSqlLength)}`],
  ['a secret, which is recorded otherwise', `ALTER ROLE a PASSWORD 'secret'; ${list(2_000)}`],
] as const)
  reading(`${what} is read elsewhere as it would be here`, async () => {
    const texts = createLongTexts()
    const { reading, recorded } = readLong(sql)
    await texts.read(sql)
    assert.is(texts.read(sql), undefined)
    assert.equal(readSql(sql), reading)
    if (recorded === undefined) return assert.unreachable()
    assert.is(recorded.sql === sql, !what.startsWith('a secret'))
    assert.is(recordedOf(sql), recorded.sql)
    assert.not.match(recorded.sql, /secret/)
    assert.is(texts.read(recorded.sql), undefined)
    assert.equal(readSql(recorded.sql), recorded.reading)
  })

reading('the event loop goes on meanwhile, and each text has its turn', async () => {
  const texts = createLongTexts()
  let turns = 0
  const count = setInterval(() => turns++, 1)
  const order: number[] = []
  const sqls = [11_000, 12_000, 300].map(length => list(length, `a.z${length}`))
  await Promise.all(sqls.map((sql, index) => texts.read(sql)?.then(() => order.push(index))))
  clearInterval(count)
  assert.equal(order, [0, 1])
  assert.ok(turns > 3, `${turns} turns`)
})

reading('one that takes too long is refused, and the next is read', async () => {
  const hangs = thread(`import { parentPort } from 'node:worker_threads'
    parentPort.on('message', sql => { if (!sql.includes('slow')) parentPort.postMessage({ sql, reading: { reason: 'unmapped', detail: 'next' } }); else for (;;); })`)
  const texts = createLongTexts({ deadlineMs: 2_000, script: hangs })
  const [slow, quick] = [list(3_000, 'a.slow'), list(3_000, 'a.quick')]
  const told = texts.read(slow)?.then(() => isRefused(slow))
  await texts.read(quick)
  assert.match((await told) ?? '', /within 2000 ms/)
  assert.is(isRefused(quick), 'next')
  await turn()
  assert.ok(
    texts.read(slow, () => true),
    'it is tried again when it comes again',
  )
})

reading('one on which the thread dies is refused, and the next is read', async () => {
  const dies = thread(`import { parentPort } from 'node:worker_threads'
    parentPort.on('message', sql => { if (sql.includes('deadly')) process.exit(1); parentPort.postMessage({ sql, reading: { reason: 'unmapped', detail: 'next' } }) })`)
  const texts = createLongTexts({ script: dies })
  const [deadly, harmless] = [`${list(4_000, 'a.deadly')}; ALTER ROLE a PASSWORD 'hush'`, list(4_000, 'a.harmless')]
  const told = texts.read(deadly)?.then(() => isRefused(deadly))
  await texts.read(harmless)
  assert.match((await told) ?? '', /broke what reads it/)
  assert.is(isRefused(harmless), 'next')
  assert.is(recordedOf(deadly)?.includes('hush'), false)
})

reading('nothing is held or read for sessions that are over', async () => {
  const seen = thread(`import { parentPort } from 'node:worker_threads'
    let count = 0
    parentPort.on('message', sql => parentPort.postMessage({ sql, reading: { reason: 'unmapped', detail: String(++count) } }))`)
  const texts = createLongTexts({ script: seen })
  let over = false
  const first = texts.read(list(3_000, 'a.first'))
  const left = Array.from({ length: 300 }, (_, index) => texts.read(list(3_000, `a.left${index}`), () => over))
  over = true
  const last = list(3_000, 'a.last')
  await Promise.all([first, ...left, texts.read(last)])
  assert.is(isRefused(last), '2')
  assert.ok(
    texts.read(list(3_000, 'a.left0'), () => true),
    'it was not read',
  )
})

reading('what is kept of them is weighed', () => {
  const heavy = (index: number) => `${list(2_000)}${index}`
  const { reading } = readLong(list(2_000))
  if ('reason' in reading) return assert.unreachable()
  const [statement] = reading.statements
  if (statement === undefined) return assert.unreachable()
  const statements = Array.from({ length: 900 }, () => statement)
  for (let index = 0; index < 20; index++) keepLong({ sql: heavy(index), reading: { ...reading, statements } })
  assert.is(isReadAtOnce(heavy(19)), true)
  assert.is(isReadAtOnce(heavy(0)), false)
})

reading.run()
