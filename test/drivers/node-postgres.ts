import { once } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import * as copy from 'pg-copy-streams'
import Cursor from 'pg-cursor'
import type { Connection } from '../peers/index.ts'
import { type Answer, type Driver, plain, type Session, sqlState, stateOf } from './session.ts'

const answer = ({ fields, rows, rowCount }: pg.QueryArrayResult): Answer => ({
  columns: fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`),
  rows: plain(rows) as unknown[][],
  count: rowCount,
})

function config({ host, port, user, password, database, ca }: Connection): pg.ClientConfig {
  return { host, port, user, password, ...(database !== undefined && { database }), ssl: ca !== undefined && { ca } }
}

/** node-postgres, with its cursors and COPY streams. */
export const nodePostgres: Driver = {
  name: 'node-postgres',
  async connect(connection): Promise<Session> {
    const client = new pg.Client(config(connection))
    client.on('error', () => {}) // an unheard one would end the process, and hide what failed
    await client.connect()
    const query = async (sql: string, parameters: readonly unknown[] = []) =>
      answer(await client.query({ text: sql, rowMode: 'array' }, [...parameters]))
    return {
      query,
      prepared: async (name, sql, parameters) =>
        answer(await client.query({ name, text: sql, rowMode: 'array' }, [...parameters])),
      async pipeline(statements) {
        const piped = new pg.Client({ ...config(connection), pipeline: true } as pg.ClientConfig)
        await piped.connect()
        const answers = statements.map(async text => answer(await piped.query({ text, rowMode: 'array' })))
        const settled = await Promise.all(answers.map(each => each.catch(sqlState)))
        await piped.end()
        return settled
      },
      async copyIn(sql, chunks) {
        await pipeline(Readable.from(chunks), client.query(copy.from(sql)))
      },
      copyOut: sql => text(client.query(copy.to(sql))),
      async *batches(sql, size) {
        const cursor = client.query(new Cursor(sql, [], { rowMode: 'array' }))
        for (;;) {
          const rows = await cursor.read(size)
          if (rows.length === 0) break
          yield plain(rows) as unknown[][]
        }
        await cursor.close()
      },
      async cancelled(sql, begun) {
        const running = stateOf(query(sql))
        await begun()
        // node-postgres keeps the key that BackendKeyData gave; its types do not say so
        const canceller = new pg.Client(config(connection)) as unknown as Canceller
        canceller.cancel(client, (client as unknown as Cancelled)._getActiveQuery())
        return await running
      },
      async notified(channel, payloads, send) {
        const seen: string[] = []
        const all = new Promise<void>(resolve => {
          client.on('notification', ({ payload = '' }) => {
            if (seen.push(payload) === payloads.length) resolve()
          })
        })
        await client.query(`LISTEN ${channel}`)
        for (const payload of payloads) await send(payload)
        await all
        await client.query(`UNLISTEN ${channel}`)
        return seen
      },
      async end() {
        const ended = once(client, 'end')
        await client.end()
        await ended
      },
    }
  },
}

interface Cancelled {
  _getActiveQuery(): unknown
}

interface Canceller {
  cancel(client: pg.Client, query: unknown): void
}
