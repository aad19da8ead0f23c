// timeout: 300s
import { loadGrammars } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { debianServers, type PostgresServer, startPostgres } from '../peers/index.ts'
import { differenceOf } from './coverage.ts'
import { type Differential, openDifferential, prepareDatabase } from './differential.ts'
import { since, unasked, untouched } from './known.ts'
import { statements } from './statements.ts'

await loadGrammars()

const servers = [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]
for (const [which, bin] of servers) {
  const locks = suite(`on the server of ${which}, what it locks is what we ask for`)
  let server: PostgresServer
  let both: Differential
  let version = 0
  let compared = 0
  locks.before(async () => {
    server = await startPostgres({ ...(bin && { bin }), settings: { log_statement: 'none' } })
    await prepareDatabase(server)
    const [row] = await server.query("SELECT current_setting('server_version_num')::int / 10000 AS version")
    version = Number(row?.version)
    both = await openDifferential(server)
  })
  locks.after(async () => {
    await both.end()
    await server.stop()
  })

  for (const sql of statements)
    locks(`for ${JSON.stringify(sql)}`, async () => {
      const outcome = await both.compare(sql)
      if (outcome.is === 'refused') return
      if (outcome.is === 'failed') assert.ok(version < (since[sql] ?? 0), outcome.error)
      else {
        compared++
        const difference = differenceOf(outcome)
        const known = unasked[sql]?.locks ?? []
        assert.equal(
          difference.unasked.filter(lock => !known.includes(lock)),
          [],
          'locked, and nobody was asked',
        )
        const vain = untouched[sql] ?? []
        assert.equal(
          difference.untouched.filter(ask => !vain.includes(ask)),
          [],
          'asked, and not touched',
        )
      }
    })
  locks('for most of them, and each was compared or refused', () => assert.ok(compared > 150, `${compared}`))
  locks.run()
}

const lists = suite('the lists of what is known')
lists('name statements that are there, each of which is there once', () => {
  assert.is(new Set(statements).size, statements.length)
  for (const sql of [unasked, untouched, since].flatMap(Object.keys)) assert.ok(statements.includes(sql), sql)
})
lists.run()
