/**
 * What names resolve to, asked on the session's own upstream connection, so that it resolves as the server resolves.
 *
 * @see README.md, "The catalog"
 */
import type { PostgresCatalog } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { catalogParameters, catalogSql, type SqlNames, toCatalog } from './catalog-standin.ts'
import { Body } from './messages.ts'
import type { Statement } from './readings.ts'
import { reserved } from './statements.ts'

const name = `${reserved}catalog`
/** How long an answer is believed while other sessions may change what names stand for. */
export const catalogMaxAgeMs = 5000
const kept = 1000

type Transaction = PostgresCatalog['transaction']
type Resolved = Omit<PostgresCatalog, 'transaction'>
interface Entry {
  readonly since: number
  readonly resolved: Resolved
  /** One object for each state, so that who caches by identity may. */
  readonly catalogs: { [transaction in Transaction]?: PostgresCatalog }
}

const prepare = serialize.parse({ name, text: catalogSql, types: [] })
const unprepare = serialize.close({ type: 'S', name })
const execute = serialize.execute({ portal: name, rows: 0 })
const close = serialize.close({ type: 'P', name })
export const syncMessage = serialize.sync()
const flush = serialize.flush()

/** A session's catalog answers, by the names that were asked. */
export class Catalogs {
  readonly #database: string
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  readonly #nameless: { [transaction in Transaction]?: PostgresCatalog } = {}
  /** What was sent since the last transaction ended may have changed what names stand for: believe nothing. */
  #moving = false
  #prepared = false

  constructor(database: string, now: () => number = Date.now) {
    this.#database = database
    this.#now = now
  }

  /** `undefined`: it has to be looked up. In a failed transaction nothing can be. */
  known(statement: Statement, transaction: Transaction): PostgresCatalog | undefined {
    const { names, key } = statement
    if (names === undefined || transaction === 'failed') return this.nothing(transaction)
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (this.#moving || this.#now() - entry.since > catalogMaxAgeMs) {
      this.#entries.delete(key)
      return undefined
    }
    return of(entry, transaction)
  }

  /** Of a text that names nothing, or whose names are not to be had. */
  nothing(transaction: Transaction): PostgresCatalog {
    const empty = {
      database: this.#database,
      currentSchema: null,
      relations: {},
      functions: {},
      types: {},
      foreignOperators: [],
    }
    this.#nameless[transaction] ??= { ...empty, transaction }
    return this.#nameless[transaction]
  }

  /**
   * The messages of a lookup. Its portal has a reserved name too, and is closed at the end: the client's unnamed ones live on.
   *
   * @param sync end the implicit transaction, since nothing of the client's is in it; otherwise Flush
   */
  ask(names: SqlNames, sync: boolean): { readonly question: Buffer; readonly closings: number } {
    const bind = serialize.bind({ portal: name, statement: name, values: [...catalogParameters(names)] })
    const preparing = this.#prepared ? [] : [unprepare, prepare]
    const question = Buffer.concat([...preparing, bind, execute, close, sync ? syncMessage : flush])
    return { question, closings: preparing.length === 0 ? 1 : 2 }
  }

  learn({ names, key }: Statement, rows: readonly Buffer[], transaction: Transaction): PostgresCatalog {
    if (names === undefined) return this.nothing(transaction)
    this.#prepared = true
    const resolved = toCatalog(readRows(rows), names)
    const entry: Entry = { since: this.#now(), resolved, catalogs: {} }
    if (!this.#moving) {
      if (this.#entries.size >= kept) this.#entries.delete(this.#entries.keys().next().value ?? '')
      this.#entries.set(key, entry)
    }
    return of(entry, transaction)
  }

  /** Something was sent after which names may resolve otherwise. */
  changed(): void {
    this.#moving = true
    this.#entries.clear()
  }

  /** Our prepared statement may be gone too. */
  forgotten(): void {
    this.#prepared = false
  }

  /** No transaction is open: what was changed is done or undone. */
  settled(): void {
    this.#moving = false
  }
}

function of(entry: Entry, transaction: Transaction): PostgresCatalog {
  entry.catalogs[transaction] ??= { ...entry.resolved, transaction }
  return entry.catalogs[transaction]
}

/** DataRow messages, which may have come in pieces, as text. */
function readRows(pieces: readonly Buffer[]): readonly (readonly (string | null)[])[] {
  const bytes = Buffer.concat(pieces)
  const rows: (string | null)[][] = []
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    const body = new Body(bytes, at + 5, at + 1 + bytes.readInt32BE(at + 1))
    rows.push(Array.from({ length: body.int16() }, () => field(body)))
  }
  return rows
}

function field(body: Body): string | null {
  const length = body.int32()
  if (length === -1) return null
  body.skip(length)
  return body.buffer.toString('utf8', body.at - length, body.at)
}
