// npm run bench:statements [-- --statements 1000 --rounds 7 --tls]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startStack } from '../../test/stack/stack.ts'
import { cpuUs } from '../apart.ts'
import { median, spread } from '../statistics.ts'

const { values } = parseArgs({
  options: {
    statements: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '7' },
    tls: { type: 'boolean', default: false },
  },
})
const statements = Number(values.statements)
const rounds = Number(values.rounds)

/** Each as it is written with a name that no other text has, and a number that does not matter. */
const shapes = {
  'one table': (name: string, number: number) => `SELECT id AS ${name}, note FROM orders WHERE id = ${number}`,
  'four tables, grouped': (name: string, number: number) => `
    WITH recent AS (SELECT id, customer, placed FROM orders WHERE placed > now() - interval '90 days' AND id <> ${number})
    SELECT c.name AS ${name}, p.kind, count(*) AS items, sum(i.quantity * p.price) AS total, max(r.placed) AS last
    FROM recent r
    JOIN customers c ON c.id = r.customer
    JOIN items i ON i.order_id = r.id
    LEFT JOIN products p ON p.id = i.product AND p.kind IN ('a', 'b', 'c')
    WHERE c.region = 'north' AND CASE WHEN p.price IS NULL THEN false ELSE p.price BETWEEN 1 AND 1000 END
    GROUP BY c.name, p.kind HAVING count(*) > 1 ORDER BY total DESC NULLS LAST LIMIT 20`,
} as const

let made = 0
const fresh = () => {
  made += 1
  return made
}
/** How a text relates to those before it. */
const kinds = {
  'first seen': (shape: keyof typeof shapes) => shapes[shape](`first_${fresh()}`, 1),
  'new in its number': (shape: keyof typeof shapes) => shapes[shape]('again', fresh()),
  'seen before': (shape: keyof typeof shapes) => shapes[shape]('again', 1),
} as const

const stack = await startStack({
  policies: '@id("bench") permit(principal in Gate::Role::"app", action, resource);',
  setup: `CREATE TABLE orders AS SELECT g AS id, g AS customer, now() AS placed, 'note ' || g AS note FROM generate_series(1, 100) g;
    CREATE TABLE customers AS SELECT g AS id, 'name ' || g AS name, 'north' AS region FROM generate_series(1, 100) g;
    CREATE TABLE products AS SELECT g AS id, 'a' AS kind, g::numeric AS price FROM generate_series(1, 10) g;
    CREATE TABLE items AS SELECT g AS order_id, g % 10 AS product, 1 AS quantity FROM generate_series(1, 100) g`,
  runs: 'apart',
  tls: values.tls,
})

interface Measured {
  /** Medians of the rounds, µs. */
  readonly direct: number[]
  readonly through: number[]
  /** µs of the gateway's CPU, a statement. */
  readonly cpu: number[]
}

const gatewayCpu = () => cpuUs(stack.gateway.pid) ?? Number.NaN

async function latency(client: pg.Client, texts: readonly string[]): Promise<number> {
  const each: number[] = []
  for (const text of texts) {
    const began = performance.now()
    await client.query(text)
    each.push((performance.now() - began) * 1000)
  }
  return median(each)
}

const through = await stack.connect('app')
const direct = new pg.Client({
  ...{ host: 'localhost', port: stack.server.port, database: 'orders', user: 'gate_app', password: 'secret of app' },
  ssl: values.tls && { ca: stack.server.ca },
})
await direct.connect()

async function measure(shape: keyof typeof shapes, kind: keyof typeof kinds, into: Measured): Promise<void> {
  const texts = Array.from({ length: statements }, () => kinds[kind](shape))
  into.direct.push(await latency(direct, texts))
  const before = gatewayCpu()
  into.through.push(await latency(through, texts))
  into.cpu.push((gatewayCpu() - before) / statements)
}

console.log(
  `one client, simple queries, ${values.tls ? 'TLS' : 'plaintext'} on both sides: ${rounds} rounds of ${statements} statements, alternating`,
)
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`)
for (const shape of ['one table', 'four tables, grouped'] as const) {
  const none = (): Measured => ({ direct: [], through: [], cpu: [] })
  const measured = { 'first seen': none(), 'new in its number': none(), 'seen before': none() }
  const all = ['first seen', 'new in its number', 'seen before'] as const
  for (
    let round = -1;
    round < rounds;
    round += 1 // the first warms up
  )
    for (const kind of all) await measure(shape, kind, round < 0 ? none() : measured[kind])
  console.log(`${shape}, ${shapes[shape]('x', 1).length} characters`)
  for (const kind of all) {
    const { direct, through, cpu } = measured[kind]
    const added = through.map((each, round) => each - (direct[round] ?? Number.NaN))
    console.log(
      `  ${kind.padEnd(18)} ${micros(through)} through, ${micros(direct)} direct, ${micros(added)} added; ${micros(cpu)} of the gateway's CPU`,
    )
  }
  const ratio = (of: 'through' | 'cpu') => {
    const each = measured['first seen'][of].map((first, round) => first / (measured['seen before'][of][round] ?? 0))
    return `${median(each).toFixed(2)} (± ${spread(each)})`
  }
  console.log(`  first seen / seen before: latency ${ratio('through')}, CPU ${ratio('cpu')}\n`)
}
await through.end()
await direct.end()
await stack.stop()

function micros(of: readonly number[]): string {
  return `${median(of).toFixed(0).padStart(5)} µs ± ${spread(of)}`
}
