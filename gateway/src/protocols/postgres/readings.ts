import {
  namesNothing,
  type PostgresCatalog,
  readSql,
  type SqlNames,
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
  /** Makes or drops prepared statements or portals behind the protocol's back. */
  readonly changesNames: boolean
}

const kept = 4096
const keptBytes = 16 * 1024

/** By SQL: what prepares, declares or drops what the protocol names too. */
const renaming: ReadonlySet<string> = new Set([
  'PrepareStmt',
  'DeallocateStmt',
  'DiscardStmt',
  'DeclareCursorStmt',
  'ClosePortalStmt',
])

export type Readings = (sql: string) => Statement

/**
 * Reads statements, each template once while it is in use. A reading depends on nothing but the text, and of texts with one
 * template on nothing but that, so sessions share it.
 */
export function createReadings(): Readings {
  const known = new Map<string, Statement>()
  return sql => {
    const key = templateOf(sql) ?? sql
    const found = known.get(key)
    if (found !== undefined) return found.sql === sql || found.empty ? found : { ...found, sql }
    const reading = readSql(sql)
    const statement = toStatement(sql, reading)
    // A text that cannot be read now may have met a parser in trouble.
    if (sql.length <= keptBytes && !isUnmappable(reading)) {
      if (known.size >= kept) known.delete(known.keys().next().value ?? '')
      known.set(key, statement)
    }
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
      changesNames: true,
    }
  const { statements, names, empty } = reading
  const changesCatalog = statements.some(statement => statement.changesCatalog)
  const nameless = namesNothing(names)
  return {
    sql: empty ? '' : sql,
    empty,
    names: nameless && !changesCatalog ? undefined : names,
    key: nameless ? '' : JSON.stringify(Object.values(names)),
    bare: statements.every(statement => statement.control !== undefined),
    copiesIn: statements.some(statement => statement.copy === 'in'),
    changesCatalog,
    changesNames: statements.some(statement => renaming.has(statement.node)),
  }
}

function isUnmappable(reading: object): reading is Unmappable {
  return 'reason' in reading
}
