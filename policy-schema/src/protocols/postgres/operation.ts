/**
 * What a Postgres client asks.
 *
 * - `connect`: the opening of the session, before the target is dialled.
 * - `query`: one simple Query, however many statements.
 * - `parse`: one Parse, before its parameters are known.
 * - `execute`: one Bind, with its parameters; this is what an approval binds.
 * - `functionCall`: one FunctionCall, a function by its OID, with its arguments.
 */
export type PostgresOperation = ConnectOperation | SqlOperation | ExecuteOperation | FunctionCallOperation

export interface ConnectOperation {
  readonly protocol: 'postgres'
  readonly kind: 'connect'
  readonly database: string
  /** As the client named itself; recorded, never trusted. */
  readonly applicationName?: string
  readonly catalog?: never
}

/** What stands in for a text that is not held, since it is too long, or not read, since it is no UTF-8. */
export interface Oversize {
  readonly bytes: number
  /** SHA-256, hexadecimal. */
  readonly digest: string
  readonly notUtf8?: true
}

export interface SqlOperation {
  readonly protocol: 'postgres'
  readonly kind: 'query' | 'parse'
  /** Empty where `oversize` stands in for it. */
  readonly sql: string
  readonly oversize?: Oversize
  readonly catalog: PostgresCatalog
}

export interface ExecuteOperation {
  readonly protocol: 'postgres'
  readonly kind: 'execute'
  readonly sql: string
  /** As text; what arrives in binary form is `{hex}`, what is long is its length and digest. */
  readonly parameters: readonly PostgresParameter[]
  readonly catalog: PostgresCatalog
}

export interface FunctionCallOperation {
  readonly protocol: 'postgres'
  readonly kind: 'functionCall'
  /** What the OID stands for at the target: `pg_catalog.lo_open(oid,int4)`; `null`: nothing. */
  readonly function: string | null
  readonly parameters: readonly PostgresParameter[]
  readonly catalog: PostgresCatalog
}

export type PostgresParameter =
  | string
  | null
  | { readonly hex: string }
  | { readonly length: number; readonly digest: string }

/**
 * What the names of an operation resolved to on the session's own connection, and the settings in force.
 * Holds nothing that changes while the meaning stands: no OID, no time.
 *
 * Keys are names as written, folded and quoted as PostgreSQL's `quote_ident` does: `events`, `audit.events`, `"Weird"`.
 */
export interface PostgresCatalog {
  readonly database: string
  /** Of the database, where it is not UTF8. There the server cuts and folds names otherwise than the grammar does. */
  readonly encoding?: string
  /** Where an unqualified CREATE lands; `null` where nothing in the search path exists. */
  readonly currentSchema: string | null
  /** Of the session, as the target last said. In a `failed` one nothing is looked up, and only what ends it passes. */
  readonly transaction: 'none' | 'open' | 'failed'
  /** `null`: there is no such relation. */
  readonly relations: { readonly [written: string]: PostgresRelation | null }
  /**
   * Every function that the server might choose, as `schema.name(argument types)` with the catalog's own type names
   * (`int4`, `text[]`); empty: there is none. `schema.name(cast)` is a type of that name, which `name(x)` casts to. The key
   * `.total` holds what `t.total` may call where `total` is no column.
   */
  readonly functions: { readonly [written: string]: readonly string[] }
  /** Type → `schema.name`; `null`: there is no such type. */
  readonly types: { readonly [written: string]: string | null }
  /** Of the operators that the statement uses, those which also exist, visible, outside `pg_catalog`. */
  readonly foreignOperators: readonly string[]
  /** What runs where such an operator is chosen, by its symbol: signatures. */
  readonly operatorFunctions?: { readonly [symbol: string]: readonly string[] }
  /** What reads a value of a type that is not PostgreSQL's own, by `schema.name`: signatures. */
  readonly typeFunctions?: { readonly [type: string]: readonly string[] }
  /** Relations behind those that are named, by `schema.name` as `quote_ident` writes it. */
  readonly reached?: { readonly [relation: string]: PostgresRelation }
  /** More is reached than is looked into. */
  readonly beyond?: true
  /** What is known of every function above that is not built in, by its signature. */
  readonly routines?: { readonly [signature: string]: PostgresRoutine }
  /** Of the prepared statements that the text executes, by PREPARE or Parse: the text that made them. */
  readonly prepared?: { readonly [name: string]: string }
  /** Of the cursors that the text fetches from, by DECLARE or Bind: the text that made them. */
  readonly cursors?: { readonly [name: string]: string }
}

export interface PostgresRelation {
  /** `pg_temp`: a temporary object of the session's own. */
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
  /** The table of an index. */
  readonly table?: string
  /** In attribute order: those that the statement names, or all where it may mean any. Absent where it names none. */
  readonly columns?: readonly string[]
  /** Of which commands rules make another statement. What that does is not told. */
  readonly rules?: readonly ('insert' | 'update' | 'delete')[]
  /** What a view's definition, or a row-security policy, reads: keys of `reached` with the columns read. */
  readonly reads?: { readonly [relation: string]: readonly string[] }
  /** Of these, those whose rows are locked: keys of `reached`. */
  readonly locks?: readonly string[]
  /** Tables that inherit from it, partitions: keys of `reached`. */
  readonly children?: readonly string[]
  /** Sequences that its defaults draw from, beside its own: keys of `reached`. Known where it is written. */
  readonly sequences?: readonly string[]
  /** Foreign keys that refer to it and then delete or change rows of the referring table. Known where it is written. */
  readonly referring?: readonly PostgresCascade[]
  /** Known where it is written. */
  readonly triggers?: readonly PostgresTrigger[]
  /** Signatures of what runs when it is read or written: in a view, a policy, a virtual column. */
  readonly runs?: readonly string[]
  /** Signatures of what runs when rows are stored: defaults, checks, generated columns, indexes, types; the query of a materialised view. */
  readonly runsOnWrite?: readonly string[]
}

export interface PostgresCascade {
  readonly on: 'delete' | 'update'
  readonly action: 'delete' | 'update'
  /** A key of `reached`. */
  readonly relation: string
  /** Of the referring table, which the foreign key is made of. */
  readonly columns: readonly string[]
  /** Of an update, which columns it has to write to reach the other table. Absent where others may change these. */
  readonly key?: readonly string[]
}

export interface PostgresTrigger {
  readonly on: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  /** INSTEAD OF: a view's own way of being written. */
  readonly instead?: true
  /** Its function and those of its condition. */
  readonly runs: readonly string[]
}

/** A function that is not built in. */
export interface PostgresRoutine {
  readonly schema: string
  readonly name: string
  /** Without the schema: `total(public.orders)`. */
  readonly signature: string
  readonly volatility: 'immutable' | 'stable' | 'volatile'
  readonly language: string
  readonly securityDefiner: boolean
  readonly extension?: string
  /** Fewest arguments of a call. */
  readonly least: number
  /** Most arguments; absent where it is variadic. */
  readonly most?: number
}

/** `pg_class.relkind` in words; an index of a partitioned table is a `partitioned table`. */
export type RelationKind =
  | 'table'
  | 'view'
  | 'materialized view'
  | 'index'
  | 'sequence'
  | 'partitioned table'
  | 'foreign table'
  | 'composite type'
  | 'toast table'

/** What `targets.yaml` says of a Postgres target. */
export interface PostgresTargetSettings {
  readonly host: string
  /** 5432 unless given. */
  readonly port?: number
  /** The default database. */
  readonly database: string
  readonly tls?: {
    /** `verify-full` unless given: never a silent downgrade. `disable` is plaintext, for a loopback or a mesh. */
    readonly mode?: 'verify-full' | 'disable'
    /** PEM; the system's roots unless given. */
    readonly ca?: string
    /** The name to verify, where it is not `host`. */
    readonly serverName?: string
  }
  /**
   * How the target may ask for a password: `scram` alone unless given. `md5` is weak, proves nothing of the target, and is taken
   * only inside TLS. A login whose credential is a certificate needs neither.
   */
  readonly auth?: readonly ('scram' | 'md5')[]
  /** Role → login at the target; `credential` is a name in `gateway.yaml`. */
  readonly roles: { readonly [role: string]: { readonly user: string; readonly credential: string } }
  /** Tags of objects, by `schema.table` as the catalog spells it, `*` for a whole name part; of the table or of `columns`. */
  readonly classification?: readonly {
    readonly table: string
    readonly columns?: readonly string[]
    readonly tags: readonly string[]
  }[]
}
