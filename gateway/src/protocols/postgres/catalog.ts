/**
 * What names resolve to, asked on the session's own upstream connection, so that it resolves as the server resolves.
 *
 * @see README.md, "The catalog"
 */
import {
  catalogParameters,
  catalogQuery,
  emptyCatalog,
  type PostgresCatalog,
  type SqlNames,
  toCatalog,
} from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { Body } from './messages.ts'
import type { Statement } from './readings.ts'
import { reserved } from './statements.ts'

const name = `${reserved}catalog`
/** How long an answer is believed while other sessions may change what names stand for. */
export const catalogMaxAgeMs = 5000
const keptNames = 1000
const keptAnswers = 2000
const keptBytes = 16 * 1024

type Transaction = PostgresCatalog['transaction']
/** One answer of a target. The same text is the same object in every session, so that an engine may know it by its identity. */
type Answer = { [transaction in Transaction]?: PostgresCatalog }
export type CatalogPool = (database: string, text: string) => Answer

export interface Database {
  readonly database: string
  /** As the target said at login. */
  readonly encoding: string
}

/** Answers by their text. */
export function createCatalogPool(): CatalogPool {
  const answers = new Map<string, Answer>()
  return (database, text) => {
    const key = `${database}\0${text}`
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer: Answer = {}
    if (text.length > keptBytes) return answer
    if (answers.size >= keptAnswers) answers.delete(answers.keys().next().value ?? '')
    answers.set(key, answer)
    return answer
  }
}

const prepare = serialize.parse({ name, text: catalogQuery, types: [] })
const unprepare = serialize.close({ type: 'S', name })
const execute = serialize.execute({ portal: name, rows: 0 })
const close = serialize.close({ type: 'P', name })
export const syncMessage = serialize.sync()
export const flushMessage = serialize.flush()

/** A session's catalog answers, by the names that were asked. */
export class Catalogs {
  readonly #database: Database
  readonly #pooled: string
  readonly #pool: CatalogPool
  readonly #now: () => number
  readonly #known = new Map<string, { readonly since: number; readonly text: string; readonly answer: Answer }>()
  /** What was sent since the last transaction ended may have changed what names stand for: believe nothing. */
  #moving = false
  #prepared = false

  /** How many times names may have come to resolve otherwise, by what this session sent. */
  changes = 0

  constructor(database: Database, pool: CatalogPool, now: () => number = Date.now) {
    this.#database = database
    this.#pooled = `${database.database}\0${database.encoding}`
    this.#pool = pool
    this.#now = now
  }

  /** `undefined`: it has to be looked up. In a failed transaction nothing can be. */
  known({ names, key }: Statement, transaction: Transaction): PostgresCatalog | undefined {
    if (names === undefined || transaction === 'failed') return this.nothing(transaction)
    const known = this.#known.get(key)
    if (known === undefined || this.#moving || this.#now() - known.since > catalogMaxAgeMs) return undefined
    return this.#of(known.answer, known.text, transaction)
  }

  /** Of a text that names nothing, or whose names are not to be had. */
  nothing(transaction: Transaction): PostgresCatalog {
    const answer = this.#pool(this.#pooled, '')
    answer[transaction] ??= emptyCatalog({ ...this.#database, transaction })
    return answer[transaction]
  }

  /**
   * The messages of a lookup. Its portal has a reserved name too, and is closed at the end: the client's unnamed ones live on.
   *
   * @param sync end the implicit transaction, since nothing of the client's is in it; otherwise Flush
   */
  ask(names: SqlNames, sync: boolean): { readonly question: Buffer; readonly closings: number } {
    const bind = serialize.bind({ portal: name, statement: name, values: [...catalogParameters(names)] })
    const preparing = this.#prepared ? [] : [unprepare, prepare]
    const question = Buffer.concat([...preparing, bind, execute, close, sync ? syncMessage : flushMessage])
    return { question, closings: preparing.length === 0 ? 1 : 2 }
  }

  /** @throws PolicyError `ERR_CATALOG`, GatewayError `ERR_MESSAGE_FORMAT`: the target is no PostgreSQL */
  learn({ key }: Statement, rows: readonly Buffer[], transaction: Transaction): PostgresCatalog {
    this.#prepared = true
    const text = onlyField(Buffer.concat(rows))
    const answer = this.#pool(this.#pooled, text)
    if (!this.#moving) {
      if (this.#known.size >= keptNames) this.#known.delete(this.#known.keys().next().value ?? '')
      this.#known.set(key, { since: this.#now(), text, answer })
    }
    return this.#of(answer, text, transaction)
  }

  /** Something was sent after which names may resolve otherwise. */
  changed(): void {
    this.changes++
    this.#moving = true
    this.#prepared = false // whoever moves names may have moved that one
    this.#known.clear()
  }

  /** Our prepared statement may be gone too. */
  forgotten(): void {
    this.#prepared = false
  }

  /** No transaction is open: what was changed is done or undone. */
  settled(): void {
    this.#moving = false
  }

  #of(answer: Answer, text: string, transaction: Transaction): PostgresCatalog {
    answer[transaction] ??= toCatalog(text, { ...this.#database, transaction })
    return answer[transaction]
  }
}

type Relations = PostgresCatalog['relations']

/** The catalog of an operation: what its names mean, and what stands behind those of prepared statements and cursors. */
export function catalogOf(catalog: PostgresCatalog, { parsed, stored }: Statement): PostgresCatalog {
  const steady = steadyCatalog(catalog, parsed)
  return stored === undefined ? steady : { ...steady, ...stored }
}

/**
 * The catalog without the names that have come to mean another relation since their statement was parsed: whether the target
 * keeps to the old meaning or analyses the statement again depends on what it noticed.
 */
function steadyCatalog(catalog: PostgresCatalog, parsed: Relations | undefined): PostgresCatalog {
  const { relations } = catalog
  if (parsed === undefined || parsed === relations) return catalog
  const all = Object.entries(relations)
  const steady = all.filter(([written, now]) => {
    if (!Object.hasOwn(parsed, written)) return true
    const before = parsed[written]
    return before?.schema === now?.schema && before?.name === now?.name
  })
  return steady.length === all.length ? catalog : { ...catalog, relations: Object.fromEntries(steady) }
}

/** The one field of the one DataRow. */
export function onlyField(row: Buffer): string {
  const body = new Body(row, 5, row.length)
  body.skip(2)
  const length = body.int32()
  const from = body.at
  body.skip(length)
  body.done()
  return row.toString('utf8', from, body.at)
}
