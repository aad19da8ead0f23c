import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Connection } from '../peers/index.ts'
import { type Driver, type Session, sqlState, stateOf } from './session.ts'

interface Statement {
  readonly sql: string
  readonly parameters?: readonly unknown[]
}

/** What every driver does, whatever language it speaks; its file is read by those too. */
export const workload: {
  readonly steps: readonly StepName[]
  readonly setup: readonly string[]
  readonly statements: readonly Statement[]
  readonly errors: readonly (Statement & { readonly code: string })[]
} = JSON.parse(readFileSync(new URL('workload.json', import.meta.url), 'utf8'))

/** What every driver reads of the shop in `test/clients`: types that it has to ask for. */
export const reading: readonly Statement[] = JSON.parse(
  readFileSync(new URL('reading.json', import.meta.url), 'utf8'),
).statements

/** What a driver's every run must have come to. */
export interface Step {
  readonly step: string
  readonly result: unknown
}
export type StepName =
  | 'statements'
  | 'prepared'
  | 'transactions'
  | 'copy'
  | 'large rows'
  | 'batches'
  | 'pipeline'
  | 'cancel'
  | 'notifications'
  | 'errors'
  | 'reconnect'

const digest = (text: string) => `${text.length} ${hash('sha256', text)}`
const rowsOf = async (session: Session, sql: string) => (await session.query(sql)).rows

/** Waits until the target runs a statement. */
export type Begun = (sql: string) => Promise<void>

type Act = (session: Session, driver: Driver, connection: Connection, begun: Begun) => Promise<unknown>
const acts: { readonly [step in StepName]: Act } = {
  async statements(session) {
    const answers = []
    for (const { sql, parameters } of workload.statements) answers.push(await session.query(sql, parameters))
    return answers
  },
  async prepared(session) {
    const [name, sql] = ['by id', 'SELECT id, words FROM series WHERE id = $1::int'] as const
    const answers = []
    for (const id of [1, 20_000, 30_000]) answers.push(await session.prepared(name, sql, [id]))
    await session.query('BEGIN')
    answers.push(await session.prepared(name, sql, [2]), await stateOf(session.prepared(name, sql, ['x'])))
    await session.query('ROLLBACK')
    answers.push(await session.prepared(name, sql, [3]))
    return answers
  },
  async transactions(session) {
    const seen: unknown[] = []
    const insert = (id: number) => session.query(`INSERT INTO ledger VALUES (${id}, 'ann', ${id})`)
    await session.query('TRUNCATE ledger')
    await session.query('BEGIN')
    await insert(1)
    await session.query('SAVEPOINT one')
    seen.push(await stateOf(insert(1)), await stateOf(insert(2)))
    await session.query('ROLLBACK TO SAVEPOINT one')
    await insert(3)
    await session.query('RELEASE SAVEPOINT one')
    await session.query('COMMIT')
    await session.query('BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE')
    seen.push(await rowsOf(session, 'SELECT * FROM ledger ORDER BY id'), await stateOf(insert(4)))
    seen.push(await session.query('COMMIT'))
    seen.push(await stateOf(session.query(`INSERT INTO ledger VALUES (5, 'bob', 5); SELECT 1 / 0`)))
    seen.push(await rowsOf(session, 'SELECT * FROM ledger ORDER BY id'))
    return seen
  },
  async copy(session, driver) {
    await session.query('TRUNCATE copied')
    const lines = Array.from(
      { length: 5_000 },
      (_, n) => `${n}\twords of ${n} \\\\ größer 🌲\t\\\\x${'ab'.repeat(n % 50)}\n`,
    )
    await session.copyIn('COPY copied FROM STDIN', lines)
    await session.copyIn('COPY copied (id, words) FROM STDIN (FORMAT csv)', ['-1,"a, ""b"""\n', '-2,\n'])
    const failed =
      driver.deafToCopyErrors ?? (await stateOf(session.copyIn('COPY copied FROM STDIN', ['1\ttoo few\n'])))
    const all = await session.copyOut('COPY (SELECT * FROM copied ORDER BY id) TO STDOUT')
    const csv = await session.copyOut('COPY copied TO STDOUT (FORMAT csv, HEADER)')
    return [failed, all.slice(0, 200), digest(all), digest(csv), await rowsOf(session, 'SELECT count(*) FROM copied')]
  },
  async 'large rows'(session) {
    await session.query('TRUNCATE big')
    const body = 'größer '.repeat(300_000)
    await session.query('INSERT INTO big VALUES (1, $1, $2)', [body, Buffer.alloc(1_500_000, 7)])
    const [[id, text, raw] = []] = await rowsOf(session, 'SELECT * FROM big')
    return [
      id,
      digest(String(text)),
      digest(JSON.stringify(raw)),
      digest(JSON.stringify(await rowsOf(session, 'TABLE series'))),
    ]
  },
  async batches(session) {
    const sizes: number[] = []
    let last: unknown
    for await (const rows of session.batches('SELECT * FROM series ORDER BY id', 3_000)) {
      sizes.push(rows.length)
      last = rows.at(-1)
    }
    return [sizes, last, await rowsOf(session, 'SELECT 1')]
  },
  async pipeline(session) {
    const many = Array.from({ length: 100 }, (_, n) => `SELECT ${n} AS n, words FROM series WHERE id = ${n}`)
    return await session.pipeline([...many, 'SELECT 1 / 0', 'SELECT 2', 'SELECT nothing', 'SELECT 3'])
  },
  async cancel(session, _, __, begun) {
    const sql = 'SELECT pg_sleep(60)'
    return [await session.cancelled(sql, () => begun(sql)), await rowsOf(session, 'SELECT 1')]
  },
  async notifications(session, driver, connection) {
    const other = await driver.connect(connection)
    const send = (payload: string) => other.query('SELECT pg_notify($1, $2)', ['news', payload])
    const seen = await session.notified('news', ['one', 'two größer', ''], send)
    await other.end()
    return seen
  },
  async errors(session) {
    const answers = []
    for (const { sql, parameters, code } of workload.errors) {
      const seen = await stateOf(session.query(sql, parameters))
      if (seen !== code) throw new Error(`\`${sql}\` gives ${seen} instead of ${code}`)
      answers.push(seen, await rowsOf(session, 'SELECT 1'))
    }
    return answers
  },
  async reconnect(session, driver, connection) {
    await session.end()
    const closed = await session.query('SELECT 1').then(
      () => 'still there',
      () => 'closed',
    )
    const again = await driver.connect(connection)
    const rows = await rowsOf(again, 'SELECT count(*) FROM series')
    await again.end()
    return [closed, rows]
  },
}

/** Does the whole workload over one connection, and a few more where it needs them. */
export async function runWorkload(driver: Driver, connection: Connection, begun: Begun): Promise<readonly Step[]> {
  const session = await driver.connect(connection)
  const done: Step[] = []
  for (const step of workload.steps) {
    const result = await acts[step](session, driver, connection, begun).catch(error => {
      throw new Error(`${driver.name}, ${step}: ${sqlStateIfAny(error)} ${error.message}`, { cause: error })
    })
    done.push({ step, result })
  }
  return done
}

function sqlStateIfAny(error: unknown): string {
  try {
    return sqlState(error)
  } catch {
    return ''
  }
}
