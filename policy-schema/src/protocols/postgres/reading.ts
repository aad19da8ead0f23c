import type { Unmappable, UnmappableReason } from '../../protocol.ts'
import type { RelationKind } from './operation.ts'
import type { Telling } from './restricts.ts'
import type { AskedColumns, Reference, RelationItem } from './scope.ts'

/** What a text says, found without knowing what its names resolve to. */
export interface Reading {
  readonly statements: readonly StatementReading[]
  /** Nothing but white space, comments and semicolons. */
  readonly empty: boolean
  readonly names: SqlNames
  /** Independent of literals; empty where there is no statement. */
  readonly fingerprint: string
}

/**
 * Written names that a text needs to have resolved, each once: `audit.events`, `"Weird"`. A function written `.total` is
 * what `t.total` may call where `total` is no column of `t`. Operators are bare symbols; what is written with
 * `pg_catalog.` is left out of operators and types, since nothing can stand before it.
 */
export interface SqlNames {
  readonly relations: readonly string[]
  readonly functions: readonly string[]
  readonly operators: readonly string[]
  readonly types: readonly string[]
  /** Those of the relations whose rows are written, so that what is behind that is looked into. */
  readonly written: readonly string[]
  /** Columns that relations are looked into for, unquoted. `*`: every one of them. */
  readonly columns: readonly string[]
}

export type TransactionControl =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'rollback to'
  | 'savepoint'
  | 'release'
  | 'prepare transaction'

/** A prepared statement or a cursor. Cursors share their names with the portals of the protocol, prepared statements with those of Parse. */
export interface StoredName {
  readonly kind: 'statement' | 'cursor'
  readonly name: string
}

/** What a statement does to the session's prepared statements and cursors. */
export type Naming =
  | (StoredName & { readonly does: 'make' /** It outlives its transaction. */; readonly hold?: boolean })
  /** Without a name: all of them. */
  | { readonly does: 'drop'; readonly kind: StoredName['kind']; readonly name?: string }

export interface StatementReading {
  /** The node's kind, `SelectStmt`. */
  readonly node: string
  /** As the completion tag begins: `SELECT`, `CREATE TABLE`. EXPLAIN is what it explains. */
  readonly command: string
  readonly control?: TransactionControl
  /** COMMIT or ROLLBACK … AND CHAIN: a new transaction begins at once. */
  readonly chain?: boolean
  /** Names may resolve otherwise after it. */
  readonly changesCatalog: boolean
  readonly copy?: 'in' | 'out'
  readonly bare?: 'select' | 'copyTo'
  readonly naming?: Naming
  /** It may change what a text means to the server, or run code that does: `client_encoding`, `search_path`, … */
  readonly changesSettings: boolean
  /** What it runs beside itself; `catalog.prepared` and `catalog.cursors` say what that is. */
  readonly uses: readonly StoredName[]
  readonly asks: readonly Ask[]
  readonly calls: readonly Call[]
  readonly references: readonly Reference[]
  /** The parts that have a WHERE only where it tells rows of the table apart that is written to. */
  readonly bounds: ReadonlyMap<Part, Bound>
  readonly names: SqlNames
  /** Those of `names.types` that the statement is about and does not use. */
  readonly namedTypes: readonly string[]
}

/** What the reader of a statement says of it, beside what it asks. */
export interface Heading {
  readonly command: string
  readonly control?: TransactionControl
  readonly chain?: boolean
  readonly changesCatalog?: boolean
  readonly copy?: 'in' | 'out'
  /** What is asked on the Database where the statement touches no object. */
  readonly bare?: 'select' | 'copyTo'
  readonly naming?: Naming
  /** Implies `changesCatalog`. */
  readonly changesSettings?: boolean
}

/** What keeps rows of one table out, to be looked up with the catalog. */
export interface Bound {
  readonly item: RelationItem
  readonly by: Telling<Reference>
}

/** What a policy may know of the part of a statement that touches an object. */
export interface Part {
  readonly hasWhere: boolean
  readonly limit?: number
  readonly valuesRows?: number
  readonly setting?: string
  readonly creates?: string
  readonly language?: string
  readonly securityDefiner?: boolean
  readonly channel?: string
  readonly mode?: string
  readonly file?: string
  readonly privileges?: readonly string[]
  readonly roles?: readonly string[]
}

/**
 * What is done to the object: `read` and `write` reach rows, so the object must be no more than what it looks like;
 * `maintain` reaches storage; `define` changes what the object is.
 */
export type Use = 'read' | 'write' | 'maintain' | 'define'

const ofColumns = new Set(['select', 'copyTo', 'copyFrom', 'insert', 'update', 'selectForUpdate'])

/** Whether an action says which columns it is about. */
export function isOfColumns(action: string): boolean {
  return ofColumns.has(action)
}

export type Ask =
  | {
      readonly on: 'relation'
      readonly action: string
      readonly relation: string
      readonly use: Use
      /** `ONLY`: without its children. */
      readonly only: boolean
      /** Of which columns, where the action is one of columns. */
      readonly columns?: AskedColumns
      /** Asked only where such a column is read. */
      readonly ifRead?: true
      /** What it may be, where the use does not say. */
      readonly kinds?: readonly RelationKind[]
      /** CREATE OR REPLACE: ask only where it exists in this schema (`null`: the current one). */
      readonly replaces?: { readonly schema: string | null }
      /** IF EXISTS: where it does not, asked by the name that it would have (`schema` null: in the current one). */
      readonly missing?: { readonly schema: string | null; readonly name: string }
      readonly part: Part
    }
  /** `schema` null: the current one. */
  | {
      readonly on: 'schema'
      readonly action: string
      readonly schema: string | null
      /** It is temporary, whatever it says, where it reads what is. */
      readonly asTemporary?: true
      readonly part: Part
    }
  /** The schema in which a relation stands. */
  | { readonly on: 'schema of'; readonly action: string; readonly relation: string; readonly part: Part }
  /** Another than the session's own, by its name. */
  | { readonly on: 'database'; readonly action: string; readonly database?: string; readonly part: Part }
  | { readonly on: 'server'; readonly action: string; readonly part: Part }
  | ObjectAsk

/** Any other object by its name. */
export interface ObjectAsk {
  readonly on: 'object'
  readonly action: string
  readonly in: 'schema' | 'database' | 'server'
  readonly kind: string
  /** As the catalog spells it; where it is to be found, as written. */
  readonly name: string
  /** `null`: the current one. Absent where `find` says how, and outside of schemas. */
  readonly schema?: string | null
  readonly find?: 'type' | 'routine'
  /** Asked on what holds it. */
  readonly around?: true
  readonly ifExists?: true
  readonly part: Part
}

/** One call of a function, by its written name. */
export interface Call {
  readonly written: string
  /** A word of a newer grammar or a field, which a server may take for a function's name. Where none has it, it is no call. */
  readonly word?: true
  /** How many arguments are passed; `undefined` where that cannot be told. */
  readonly count?: number
  /** It changes settings that are asked for by name, found here: a relation as written, or `nowhere`. */
  readonly settingsFrom?: string
  readonly part: Part
}

export function refusal(reason: UnmappableReason, detail: string): Unmappable {
  return { reason, detail }
}

export function isRefusal(value: object): value is Unmappable {
  return 'reason' in value
}
