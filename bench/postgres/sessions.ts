// npm run bench:sessions [-- --sessions 1000 --sockets 5000 --tls on|off|both]
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { serialize } from 'pg-protocol'
import { type Stack, startStack } from '../../test/stack/stack.ts'
import { residentBytes, startApart } from '../apart.ts'
import type { BarePipe } from './bare-pipe.ts'

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000' },
    sockets: { type: 'string', default: '5000' },
    tls: { type: 'string', default: 'both' },
  },
})
const sessions = Number(values.sessions)
const sockets = Number(values.sockets)
const atOnce = 20

interface Memory {
  readonly resident: number
  readonly heap: number
}

/** As the gateway reports of itself, when what it allocated for the moment is gone. */
async function memory(stack: Stack): Promise<Memory> {
  await sleep(5000)
  const text = await (await fetch(`${stack.gateway.control}/metrics`)).text()
  const read = (name: string) => Number(new RegExp(`^cedargate_${name} (\\d+)$`, 'm').exec(text)?.[1])
  return { resident: read('process_resident_memory_bytes'), heap: read('nodejs_heap_size_used_bytes') }
}

async function openAll<T>(count: number, open: () => Promise<T>): Promise<readonly T[]> {
  const opened: T[] = []
  for (let left = count; left > 0; left -= atOnce)
    opened.push(...(await Promise.all(Array.from({ length: Math.min(left, atOnce) }, open))))
  return opened
}

/** Who works a little, and then only waits: a connection of a pool. */
async function session(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config)
  client.on('error', () => {})
  await client.connect()
  await client.query('SELECT count(*) FROM orders')
  await client.query({ name: 'one', text: 'SELECT id, note FROM orders WHERE id = $1', values: [7] })
  return client
}

/** Who is connected, in TLS where there is some, and says no more. */
async function silent(stack: Stack, tls: boolean): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: stack.port, noDelay: true })
  await once(socket, 'connect')
  if (!tls) return socket.on('error', () => {})
  socket.write(serialize.requestSsl())
  await once(socket, 'data')
  const secured = connectTls({ socket, rejectUnauthorized: false })
  await once(secured, 'secureConnect')
  return secured.on('error', () => {})
}

/** The same sessions through a pipe that reads nothing: what Node needs by itself. */
async function bare(stack: Stack, tls: boolean): Promise<number> {
  const at = (name: string) => readFileSync(join(stack.folder, name), 'utf8')
  const { port, pid, stop } = await startApart<BarePipe>(new URL('bare-pipe.ts', import.meta.url), {
    target: { port: stack.server.port, ...(tls && { ca: stack.server.ca }) },
    ...(tls && { certificate: { cert: at('server.crt'), key: at('server.key') } }),
  })
  const login = { host: '127.0.0.1', port, user: 'gate_app', password: 'secret of app', database: 'orders' }
  const config = { ...login, ssl: tls && { rejectUnauthorized: false } }
  const measured = async () => {
    await sleep(5000)
    return residentBytes(pid)
  }
  for (const client of await openAll(Math.min(100, sessions), () => session(config))) await client.end()
  const before = await measured()
  const open = await openAll(sessions, () => session(config))
  const each = ((await measured()) - before) / sessions
  await Promise.all(open.map(client => client.end()))
  await stop()
  return each
}

async function measure(tls: boolean): Promise<void> {
  const stack = await startStack({
    policies: '@id("bench") permit(principal in Gate::Role::"app", action, resource);',
    setup: `CREATE TABLE orders AS SELECT g AS id, 'note ' || g AS note FROM generate_series(1, 100) g`,
    runs: 'apart',
    tls,
    settings: { max_connections: String(sessions + 50) },
    config: {
      limits: {
        maxSessions: sessions + 10,
        maxSessionsPerPrincipal: sessions + 10,
        maxConnections: sessions + sockets,
        maxHandshakes: sockets + 100,
        handshakeSeconds: 600,
      },
    },
  })
  const tell = (what: string, count: number, before: Memory, after: Memory) => {
    const each = (of: 'resident' | 'heap') => ((after[of] - before[of]) / count / 1024).toFixed(1)
    const whole = (after.resident / 2 ** 20).toFixed(0)
    console.log(`  ${what}: ${each('resident')} KB resident each (${each('heap')} KB of heap), ${whole} MB in all`)
  }
  console.log(tls ? 'TLS on both sides' : 'plaintext')
  const config = await stack.client('app')
  // what is allocated once, by the first of them
  for (const client of await openAll(Math.min(100, sessions), () => session(config))) await client.end()

  const before = await memory(stack)
  const open = await openAll(sessions, () => session(config))
  tell(`${sessions} sessions`, sessions, before, await memory(stack))
  await Promise.all(open.map(client => client.end()))

  const between = await memory(stack)
  const waiting = await openAll(sockets, () => silent(stack, tls))
  tell(`${sockets} before login`, sockets, between, await memory(stack))
  const closed = waiting.filter(socket => socket.destroyed || socket.readableEnded).length
  if (closed > 0) console.log(`  FAULT ${closed} of them were closed`)
  const began = performance.now()
  await (await session(config)).end()
  console.log(`  a login and two statements meanwhile: ${(performance.now() - began).toFixed(0)} ms`)
  for (const socket of waiting) socket.destroy()
  const alone = await bare(stack, tls)
  console.log(
    `  the same ${sessions} sessions through a bare pipe of Node: ${(alone / 1024).toFixed(1)} KB resident each`,
  )
  await stack.stop()
  if (closed > 0) process.exitCode = 1
}

for (const tls of [false, true]) if (values.tls === 'both' || (values.tls === 'on') === tls) await measure(tls)
