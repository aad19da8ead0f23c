import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Shop, startShop } from '../clients/shop.ts'
import { type Connection, runClient, skipFile } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { type Step, workload } from './workload.ts'

const execute = promisify(execFile)

/** A driver of another language: its program prints one line of JSON a step. */
export interface External {
  readonly name: string
  /** Its folder beside this file. */
  readonly folder: string
  /** What must be there, by the arguments that make it say its version. */
  readonly toolchain: readonly (readonly [program: string, ...args: string[]])[]
  /** How a clean machine gets it, in order; `cache` is kept for the next run. */
  prepare(source: string, cache: string): readonly (readonly [program: string, ...args: string[]])[]
  /** The program that does the workload, whose file is its last argument. */
  run(source: string, cache: string): readonly [program: string, ...args: string[]]
  /** Steps beyond those that every driver does. */
  readonly more?: readonly string[]
}

const here = fileURLToPath(new URL('.', import.meta.url))

/** Does the workload direct and through the gateway, and compares. Skips the file where the driver is not to be had. */
export async function testDriver(driver: External): Promise<void> {
  const source = join(here, driver.folder)
  const cache = join(here, '../../node_modules/.cache/cedargate-drivers', driver.folder)
  await prepare(driver, source, cache)
  const drivers = suite(driver.name)
  let stack: Stack
  drivers.before(async () => {
    stack = await startStack({
      policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
      setup: workload.setup.join(';'),
    })
  })
  drivers.after(() => stack.stop())

  const perform = async (connection: Connection, file = 'workload.json'): Promise<readonly Step[]> => {
    const [program, ...args] = driver.run(source, cache)
    const ran = await runClient(program, connection, [...args, join(here, file)], { timeoutMs: 180_000 })
    assert.is(ran.code, 0, ran.stderr.slice(-4_000))
    return ran.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
  }

  drivers('notices nothing of the gateway', async () => {
    const target = { host: 'localhost', port: stack.server.port, ca: stack.server.ca, database: 'orders' }
    const expected = await perform({ ...target, user: 'gate_app', password: 'secret of app' })
    const seen = await perform(await stack.connection('app'))
    const names = seen.map(({ step }) => step)
    assert.equal(
      [...workload.steps, ...(driver.more ?? [])].filter(step => !names.includes(step)),
      [],
    )
    for (const [at, step] of seen.entries()) assert.equal(step, expected[at], step.step)
  })
  drivers('is decided again from its record as it was decided', () => assertParity(stack))
  drivers.run()

  const connecting = suite(`${driver.name}, under the template's policies,`)
  let shop: Shop
  connecting.before(async () => {
    shop = await startShop()
  })
  connecting.after(() => shop.stack.stop())
  connecting('asks what it asks to connect and to read what types there are', async () => {
    const seen = await perform(await shop.through('reporting'), 'reading.json')
    assert.equal(seen, await perform(shop.direct('reporting'), 'reading.json'))
  })
  connecting('is decided again from its record as it was decided', () => assertParity(shop.stack))
  connecting.run()
}

/** Once for each list of commands: what was installed is kept. */
async function prepare(driver: External, source: string, cache: string): Promise<void> {
  for (const [program, ...args] of driver.toolchain)
    await execute(program, args).catch(() =>
      skipFile(`\`${program}\` is missing, next: install it to test ${driver.name}`),
    )
  const commands = driver.prepare(source, cache)
  const done = join(cache, 'prepared.json')
  const wanted = JSON.stringify(commands)
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return
  mkdirSync(cache, { recursive: true })
  for (const [program, ...args] of commands)
    await execute(program, args, { cwd: cache, timeout: 300_000 }).catch(error =>
      skipFile(
        `${driver.name} is not to be had here: ${program} ${args.join(' ')}: ${error.stderr || error.stdout || error}`,
      ),
    )
  writeFileSync(done, wanted)
}
