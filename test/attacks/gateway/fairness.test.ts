// timeout: 120s
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RawClient } from '../../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { type Stack, startStack } from '../../stack/stack.ts'

const fairness = suite('one client holds up another')
let stack: Stack
fairness.before(async () => {
  // apart: what is measured is the gateway's turn, not the turn of the clients here
  stack = await startStack({
    policies: '@id("all") permit (principal, action, resource);',
    setup: 'CREATE TABLE t (a int)',
    runs: 'apart',
    tls: false,
  })
})
fairness.after(() => stack.stop())

const times = (count: number, bytes: Buffer) => Buffer.concat(Array.from({ length: count }, () => bytes))

for (const [what, flood, ready] of [
  ['20,000 statements that are none', times(20_000, serialize.query('x')), 20_000],
  [
    '20,000 portals that are none',
    times(20_000, Buffer.concat([serialize.execute({ portal: 'x' }), serialize.sync()])),
    20_000,
  ],
] as const)
  fairness(`for no longer than some turns by ${what}`, async () => {
    const other = await stack.connect('app')
    const { user, password } = await stack.client('app')
    const flooding = await RawClient.open(stack.port)
    await flooding.logIn(`${user}`, `${password}`, { database: 'orders' })
    await other.query('SELECT 1')
    let done = false
    let waits = 0
    flooding.socket.write(flood)
    const answered = hear(flooding, ready).then(() => {
      done = true
    })
    let longest = 0
    while (!done) {
      const began = performance.now()
      await other.query('SELECT 1')
      longest = Math.max(longest, performance.now() - began)
      waits++
    }
    await answered
    assert.ok(waits > 3, `${waits} queries went through beside it`)
    assert.ok(longest < 500, `one of ${waits} took ${longest} ms`)
    flooding.close()
    await other.end()
  })

/** Counts ReadyForQuery without keeping what comes. */
function hear({ socket }: RawClient, ready: number): Promise<void> {
  const mark = Buffer.from([0x5a, 0, 0, 0, 5])
  let left = ready
  let tail = Buffer.alloc(0)
  socket.removeAllListeners('data')
  return new Promise(resolve => {
    socket.on('data', chunk => {
      const all = Buffer.concat([tail, chunk])
      let at = all.indexOf(mark)
      let end = 0
      for (; at !== -1; at = all.indexOf(mark, end)) {
        left--
        end = at + mark.length
      }
      tail = all.subarray(Math.max(end, all.length - 4))
      if (left <= 0) resolve()
    })
  })
}

fairness.run()
