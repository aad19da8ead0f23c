import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import { type Answer, type Driver, plain, type Session, sqlState } from './session.ts'

type Parameter = postgres.ParameterOrJSON<never>

/** postgres.js: every statement in the extended protocol, prepared where it has a name for it. */
export const postgresJs: Driver = {
  name: 'postgres.js',
  deafToCopyErrors: true,
  async connect({ host, port, user, password, database = '', ca }): Promise<Session> {
    const sql = postgres({
      ...{ host, port, user, password, database, max: 1, onnotice: () => {} },
      ssl: ca === undefined ? false : { ca },
    })
    const run = async (statement: string, parameters: readonly unknown[], prepare: boolean): Promise<Answer> => {
      const result = await sql.unsafe(statement, [...parameters] as Parameter[], { prepare }).values()
      return {
        columns: (result.columns ?? []).map(({ name, type }) => `${name} ${type}`),
        rows: plain([...result]) as unknown[][],
        count: result.count,
      }
    }
    await sql`select 1`
    return {
      query: (statement, parameters = []) => run(statement, parameters, false),
      prepared: (_, statement, parameters) => run(statement, parameters, true),
      pipeline: statements => Promise.all(statements.map(each => run(each, [], true).catch(sqlState))),
      async copyIn(statement, chunks) {
        await pipeline(Readable.from(chunks), await sql.unsafe(statement).writable())
      },
      copyOut: async statement => text(await sql.unsafe(statement).readable()),
      async *batches(statement, size) {
        for await (const rows of sql.unsafe(statement).cursor(size))
          yield rows.map(row => plain(Object.values(row))) as unknown[][]
      },
      async cancelled(statement, begun) {
        const running = sql.unsafe(statement)
        const ended = running.then(() => 'it did not fail', sqlState)
        await begun()
        running.cancel()
        return await ended
      },
      async notified(channel, payloads) {
        const seen: string[] = []
        let all = () => {}
        const complete = new Promise<void>(resolve => {
          all = resolve
        })
        const { unlisten } = await sql.listen(channel, payload => {
          if (seen.push(payload) === payloads.length) all()
        })
        for (const payload of payloads) await sql.notify(channel, payload)
        await complete
        await unlisten()
        return seen
      },
      end: () => sql.end(),
    }
  },
}
