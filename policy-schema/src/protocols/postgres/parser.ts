import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import type { RawStmt } from '@pgsql/types'
import type { Unmappable } from '../../protocol.ts'
import { isRefusal, refusal } from './reading.ts'
import { bracketDepth, estimatedDepth, longestSignRun } from './scan.ts'

type Grammar = typeof import('libpg-query')

/** Longest text that is parsed, in bytes of UTF-8. */
export const maxSqlBytes = 256 * 1024
/** Texts from here on, in characters, take more than some ms. */
export const longSqlLength = 4 * 1024
/** Highest `estimatedDepth` that is parsed; the grammar's stack ends at a little over 4,000 terms. */
export const maxSqlDepth = 2_500

/** Longest run of operator signs: the grammar's scanner takes time in its square. */
export const maxSignRun = 256

const require = createRequire(import.meta.url)

/**
 * The grammar in wasm. Whatever kills an instance but its own syntax error leaves it unfit, so a spare stands by and
 * takes over at once, while another one is loaded.
 */
const instances: { current?: Grammar; spare?: Grammar; loading?: Promise<void>; replaced: number } = { replaced: 0 }

async function loadInstance(): Promise<Grammar> {
  const path = require.resolve('libpg-query')
  delete require.cache[path] // the package keeps its one instance in its module
  const grammar = require(path) as Grammar
  await grammar.loadModule()
  compileBaseline(grammar)
  return grammar
}

/** Reaches the parser, the writer of trees and the fingerprint. */
const sample = 'SELECT a.b + 1 AS x, f(y) FROM t a JOIN u ON true WHERE z > $1 ORDER BY 1 LIMIT 3'

/**
 * One function of the grammar is so large that V8 takes 600 MB for a second to optimise it, for a gain of a third. A
 * function is compiled when it is first called, for good without the checks that lead to that where tier-up is off.
 */
function compileBaseline(grammar: Grammar): void {
  const flags = ['wasm-tier-up', 'wasm-dynamic-tiering']
  for (const flag of flags) setFlagsFromString(`--no-${flag}`)
  try {
    grammar.parseSync(sample)
    grammar.fingerprintSync(sample)
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`)
  }
}

/** Loads the grammar and its spare; at once where that has been done. */
export async function loadParser(): Promise<void> {
  instances.current ??= await loadInstance()
  instances.spare ??= await loadInstance()
}

/** How many times a text has cost an instance. */
export function replacedInstances(): number {
  return instances.replaced
}

function replaceInstance(): void {
  instances.replaced++
  if (instances.spare) instances.current = instances.spare
  else delete instances.current
  delete instances.spare
  // later, since there may be no stack left here; where loading fails, whoever calls `loadParser` next is told
  instances.loading ??= Promise.resolve()
    .then(loadParser)
    .catch(() => undefined)
    .finally(() => {
      delete instances.loading
    })
}

/** No character adds more than one pair of brackets does, so most texts need no estimate. */
const mayBeTooDeep = (sql: string) => sql.length * (bracketDepth + 1) > maxSqlDepth

/** Why a text is not given to the grammar at all. */
function beyondCaps(sql: string): Unmappable | undefined {
  if (sql.length > maxSqlBytes || Buffer.byteLength(sql) > maxSqlBytes) {
    return refusal('too_large', `the text is longer than ${maxSqlBytes} bytes`)
  }
  if (!sql.isWellFormed() || sql.includes('\0')) {
    return refusal('unparseable', 'the text holds a NUL or half of a surrogate pair')
  }
  if (longestSignRun(sql) > maxSignRun) {
    return refusal('too_large', `the text holds a run of more than ${maxSignRun} operator signs`)
  }
  if (mayBeTooDeep(sql) && estimatedDepth(sql) > maxSqlDepth) {
    return refusal('too_large', 'the text nests too deep or chains too many terms')
  }
  return undefined
}

/** Line and column of a syntax error. Never what stands there, which may be a secret. */
function syntaxError(sql: string, cursor: number): Unmappable {
  const before = [...sql].slice(0, cursor).join('').split('\n') // the grammar counts code points
  return refusal('unparseable', `syntax error at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`)
}

function withGrammar<T>(sql: string, ask: (grammar: Grammar) => T): T | Unmappable {
  const grammar = instances.current
  if (!grammar) return { ...refusal('unparseable', 'the SQL grammar is not loaded'), transient: true }
  try {
    return ask(grammar)
  } catch (error) {
    if (error instanceof grammar.SqlError) return syntaxError(sql, error.sqlDetails?.cursorPosition ?? 0)
    replaceInstance()
    return refusal('unparseable', 'the text breaks the SQL grammar')
  }
}

export interface ParsedSql {
  readonly statements: readonly RawStmt[]
  /** libpg_query's fingerprint: the same for texts that differ only in literals. */
  readonly fingerprint: string
}

/** Parses a text with PostgreSQL's own grammar. Never throws. */
export function parseSql(sql: string): ParsedSql | Unmappable {
  const beyond = beyondCaps(sql)
  if (beyond) return beyond
  const parsed = withGrammar(sql, grammar => grammar.parseSync(sql))
  if (isRefusal(parsed)) return parsed
  const statements = parsed.stmts ?? []
  if (statements.length === 0) return { statements, fingerprint: '' }
  const fingerprint = withGrammar(sql, grammar => grammar.fingerprintSync(sql))
  return typeof fingerprint === 'string' ? { statements, fingerprint } : fingerprint
}
