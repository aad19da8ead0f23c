// timeout: 300s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Shop, startShop } from '../clients/shop.ts'
import type { Connection } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { nodePostgres } from './node-postgres.ts'
import { postgresJs } from './postgres-js.ts'
import { reading, runWorkload, workload } from './workload.ts'

const drivers = suite('a driver of Node')
let stack: Stack
drivers.before(async () => {
  stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    setup: workload.setup.join(';'),
  })
})
drivers.after(() => stack.stop())

const direct = (): Connection => ({
  ...{ host: 'localhost', port: stack.server.port, ca: stack.server.ca, database: 'orders' },
  ...{ user: 'gate_app', password: 'secret of app' },
})

async function begun(sql: string): Promise<void> {
  const running = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = $1"
  await eventually(
    `the target runs ${sql}`,
    async () => (await stack.server.query(running, { values: [sql] })).length > 0,
  )
}

for (const driver of [nodePostgres, postgresJs])
  drivers(`${driver.name} notices nothing of the gateway`, async () => {
    const expected = await runWorkload(driver, direct(), begun)
    const seen = await runWorkload(driver, await stack.connection('app'), begun)
    assert.equal(
      seen.map(({ step }) => step),
      [...workload.steps],
    )
    for (const [at, step] of workload.steps.entries()) assert.equal(seen[at], expected[at], step)
  })

drivers('is decided again from its record as it was decided', () => assertParity(stack))
drivers.run()

const connecting = suite("a driver of Node, under the template's policies,")
let shop: Shop
connecting.before(async () => {
  shop = await startShop()
})
connecting.after(() => shop.stack.stop())
for (const driver of [nodePostgres, postgresJs])
  connecting(`${driver.name} asks what it asks to connect and to read what types there are`, async () => {
    const read = async (connection: Connection) => {
      const session = await driver.connect(connection)
      const answers = []
      for (const { sql, parameters } of reading) answers.push(await session.query(sql, parameters))
      await session.end()
      return answers
    }
    const seen = await read(await shop.through('reporting'))
    assert.is(seen[0]?.rows.length, 3)
    assert.equal(seen, await read(shop.direct('reporting')))
  })
connecting('is decided again from its record as it was decided', () => assertParity(shop.stack))
connecting.run()
