import {
  Generations,
  type Naming,
  namesNothing,
  type PostgresCatalog,
  readSql,
  type SqlNames,
  type StoredName,
  templateOf,
  type Unmappable,
} from '@cedargate/policy-schema'

/** What is found in a text before its names are looked up. */
export interface Statement {
  /** As it is forwarded and recorded. */
  readonly sql: string
  readonly empty: boolean
  /** What must be looked up; `undefined`: nothing, the text names nothing or cannot be read. */
  readonly names: SqlNames | undefined
  /** The same for the same names. */
  readonly key: string
  readonly copiesIn: boolean
  /** Empty, or only begins and ends transactions: executed in a pipeline, it leaves nothing that a Sync would commit. */
  readonly bare: boolean
  /** Names may resolve otherwise after it. */
  readonly changesCatalog: boolean
  /** What its relations were when it was parsed, where that was a Parse. */
  readonly parsed?: PostgresCatalog['relations']
  /** It ends a transaction or a part of one. */
  readonly ends: boolean
  /** It may change how the server reads a text. */
  readonly changesSettings: boolean
  /** Names of prepared statements and portals that it makes and drops beside the protocol's own messages. */
  readonly namings: readonly Naming[]
  /** It is one statement: what it makes stands for this text. */
  readonly single: boolean
  /** Names of prepared statements and portals that it runs. */
  readonly uses: readonly StoredName[]
  /** What those stand for, to be recorded. */
  readonly stored?: Pick<PostgresCatalog, 'prepared' | 'cursors'>
}

/** In a generation; characters of texts and of the names in them. */
const kept = { texts: 2_048, characters: 4 * 1024 * 1024 }
const keptBytes = 16 * 1024

export type Readings = (sql: string) => Statement

/**
 * Reads statements, each template once while it is in use. A reading depends on nothing but the text, and of texts with one
 * template on nothing but that, so sessions share it.
 */
export function createReadings(): Readings {
  const known = new Generations<Statement>(kept.texts, kept.characters, weightOf)
  return sql => {
    const key = templateOf(sql) ?? sql
    const found = known.get(key)
    if (found !== undefined) return found.sql === sql || found.empty ? found : { ...found, sql }
    const reading = readSql(sql)
    const statement = toStatement(sql, reading)
    // A text that cannot be read now may have met a parser in trouble.
    if (sql.length <= keptBytes && !isUnmappable(reading)) known.set(key, statement)
    return statement
  }
}

function toStatement(sql: string, reading: ReturnType<typeof readSql>): Statement {
  if (isUnmappable(reading))
    return {
      sql,
      empty: false,
      names: undefined,
      key: '',
      copiesIn: false,
      bare: false,
      changesCatalog: true,
      ends: false,
      changesSettings: true,
      namings: [],
      single: false,
      uses: [],
    }
  const { statements, names, empty } = reading
  const changesCatalog = statements.some(statement => statement.changesCatalog)
  const nameless = namesNothing(names)
  return {
    sql: empty ? '' : sql,
    empty,
    names: nameless && !changesCatalog ? undefined : names,
    key: nameless ? '' : keyOf(names),
    bare: statements.every(statement => statement.control !== undefined),
    copiesIn: statements.some(statement => statement.copy === 'in'),
    changesCatalog,
    ends: statements.some(({ control }) => control !== undefined && control !== 'begin' && control !== 'savepoint'),
    changesSettings: statements.some(({ changesSettings, node }) => changesSettings || node === 'DiscardStmt'),
    namings: statements.flatMap(({ naming }) => naming ?? []),
    single: statements.length === 1,
    uses: statements.flatMap(({ uses }) => uses),
  }
}

/** What a statement holds besides: its names, once as they are and once as a key, and what they meant. */
export function weightOf({ sql, key, parsed = {} }: Statement): number {
  let weight = sql.length + 2 * key.length
  for (const relation of Object.values(parsed)) weight += 200 + 16 * (relation?.columns?.length ?? 0)
  return weight
}

export function keyOf(names: SqlNames): string {
  return JSON.stringify(Object.values(names))
}

function isUnmappable(reading: object): reading is Unmappable {
  return 'reason' in reading
}
