/**
 * What names resolve to, asked on the session's own upstream connection, so that it resolves as the server resolves.
 *
 * @see README.md, "The catalog"
 */
import {
  catalogParameters,
  catalogQuery,
  emptyCatalog,
  Generations,
  leadsOn,
  type PostgresCatalog,
  plainCatalogQuery,
  type SqlNames,
  toCatalog,
} from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { Body } from './messages.ts'
import type { Statement } from './readings.ts'
import { reserved } from './statements.ts'

const portal = `${reserved}catalog`
/** How long an answer is believed while other sessions may change what names stand for. */
export const catalogMaxAgeMs = 5000
/** In a generation, of a session and of all. */
const keptNames = { answers: 500, characters: 1024 * 1024 }
const keptAnswers = { answers: 1000, characters: 16 * 1024 * 1024 }
/** A longer answer, or one to longer names, is a session's own. */
const keptBytes = 16 * 1024
/** A catalog is larger than the text that it was made from. */
const weightOf = ({ text }: Answer) => 4 * text.length
const weightOfKnown = ({ answer }: Known) => weightOf(answer)

type Transaction = PostgresCatalog['transaction']
/** One answer of a target. The same text is the same object in every session, so that an engine may know it by its identity. */
interface Answer {
  readonly text: string
  readonly catalogs: { [transaction in Transaction]?: PostgresCatalog }
}

interface Known {
  readonly since: number
  readonly answer: Answer
}

/** What sessions share. */
export interface CatalogPool {
  answer(database: string, text: string): Answer
  /** What a session of the same login, search path and database was told of these names. */
  known(place: string): Known | undefined
  share(place: string, known: Known): void
}

export interface Database {
  readonly database: string
  /** The target and the login, in whatever words tell them from others. */
  readonly login: string
  /** As the target said at login. */
  readonly encoding: string
}

export function createCatalogPool(): CatalogPool {
  const answers = new Generations<Answer>(keptAnswers.answers, keptAnswers.characters, weightOf)
  const shared = new Generations<Known>(keptAnswers.answers, keptAnswers.characters, weightOfKnown)
  return {
    answer(database, text) {
      const key = `${database}\0${text}`
      const known = answers.get(key)
      if (known !== undefined) return known
      const answer: Answer = { text, catalogs: {} }
      if (text.length > keptBytes) return answer
      answers.set(key, answer)
      return answer
    },
    known: place => shared.get(place),
    share(place, known) {
      if (place.length + known.answer.text.length > keptBytes) return
      shared.set(place, known)
    },
  }
}

/** A lookup's statement: the plain one, and the one that follows what is behind names. */
const statements = { plain: `${reserved}catalog`, deep: `${reserved}catalog deep` } as const
type Depth = keyof typeof statements
const preparing = {
  plain: serialize.parse({ name: statements.plain, text: plainCatalogQuery, types: [] }),
  deep: serialize.parse({ name: statements.deep, text: catalogQuery, types: [] }),
}
const unpreparing = {
  plain: serialize.close({ type: 'S', name: statements.plain }),
  deep: serialize.close({ type: 'S', name: statements.deep }),
}
const execute = serialize.execute({ portal, rows: 0 })
const close = serialize.close({ type: 'P', name: portal })
export const syncMessage = serialize.sync()
export const flushMessage = serialize.flush()

/** A session's catalog answers, by the names that were asked. */
export class Catalogs {
  readonly #database: Database
  readonly #pooled: string
  readonly #pool: CatalogPool
  readonly #now: () => number
  readonly #known = new Generations<Known>(keptNames.answers, keptNames.characters, weightOfKnown)
  /** What was sent since the last transaction ended may have changed what names stand for: nothing is believed. */
  moving = false
  /** Nothing was ever sent that moves names for this session alone: DDL, temporary objects, a search path, code. */
  #ordinary = true
  /** The schemas of its search path, as the target told them. */
  #path: string | undefined
  readonly #prepared = new Set<Depth>()
  #depth: Depth = 'plain'

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
    this.#depth = 'plain'
    if (this.moving) return undefined
    const known = this.#fresh(this.#known.get(key)) ?? this.#fresh(this.#shared(key))
    return known && this.#of(known.answer, transaction)
  }

  #fresh(known: Known | undefined): Known | undefined {
    return known !== undefined && this.#now() - known.since <= catalogMaxAgeMs ? known : undefined
  }

  #shared(key: string): Known | undefined {
    return this.#path === undefined || !this.#ordinary ? undefined : this.#pool.known(this.#place(key))
  }

  #place(key: string): string {
    const { database, encoding, login } = this.#database
    return JSON.stringify([login, database, encoding, this.#path, key])
  }

  /** Of a text that names nothing, or whose names are not to be had. */
  nothing(transaction: Transaction): PostgresCatalog {
    const { catalogs } = this.#pool.answer(this.#pooled, '')
    catalogs[transaction] ??= emptyCatalog({ ...this.#database, transaction })
    return catalogs[transaction]
  }

  /**
   * The messages of a lookup. Its portal has a reserved name too, and is closed at the end: the client's unnamed ones live on.
   *
   * @param sync end the implicit transaction, since nothing of the client's is in it; otherwise Flush
   */
  ask(names: SqlNames, sync: boolean): { readonly question: Buffer; readonly closings: number } {
    const depth = this.#depth
    const bind = serialize.bind({ portal, statement: statements[depth], values: [...catalogParameters(names)] })
    const made = this.#prepared.has(depth)
    const first = made ? [] : [unpreparing[depth], preparing[depth]]
    const question = Buffer.concat([...first, bind, execute, close, sync ? syncMessage : flushMessage])
    return { question, closings: made ? 1 : 2 }
  }

  /**
   * @returns `undefined`: more is behind the names, and has to be asked for with `ask`
   * @throws PolicyError `ERR_CATALOG`, GatewayError `ERR_MESSAGE_FORMAT`: the target is no PostgreSQL
   */
  learn({ key }: Statement, rows: readonly Buffer[], transaction: Transaction): PostgresCatalog | undefined {
    this.#prepared.add(this.#depth)
    const text = onlyField(Buffer.concat(rows))
    if (this.#depth === 'plain' && leadsOn(text)) {
      this.#depth = 'deep'
      return undefined
    }
    const answer = this.#pool.answer(this.#pooled, text)
    const catalog = this.#of(answer, transaction)
    if (!this.moving) this.#remember(key, { since: this.#now(), answer }, transaction)
    return catalog
  }

  /** Sessions share what was told outside of transactions, so that it is committed. */
  #remember(key: string, known: Known, transaction: Transaction): void {
    this.#known.delete(key)
    this.#known.set(key, known)
    if (!this.#ordinary || transaction !== 'none') return
    this.#path = pathOf(known.answer.text)
    if (/"pg_temp_\d+"/.test(this.#path)) this.#ordinary = false // however that came about
    if (!this.#ordinary) return
    this.#pool.share(this.#place(key), known)
  }

  /** Something was sent after which names may resolve otherwise. */
  changed(): void {
    this.changes++
    this.moving = true
    this.#ordinary = false
    this.#prepared.clear() // whoever moves names may have moved that one
    this.#known.clear()
  }

  /** Our prepared statement may be gone too. */
  forgotten(): void {
    this.#prepared.clear()
  }

  /** No transaction is open: what was changed is done or undone. */
  settled(): void {
    this.moving = false
  }

  #of({ text, catalogs }: Answer, transaction: Transaction): PostgresCatalog {
    catalogs[transaction] ??= toCatalog(text, { ...this.#database, transaction })
    return catalogs[transaction]
  }
}

/** The search path in a lookup's answer, in the target's own words. */
function pathOf(text: string): string {
  const { path } = JSON.parse(text) as { readonly path?: unknown }
  return JSON.stringify(path ?? null)
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
