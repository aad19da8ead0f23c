/** What a text means with the prepared statements and cursors that it runs by their names. */
import { longSqlLength, type PostgresCatalog, unionOfNames } from '@cedargate/policy-schema'
import { keyOf, type Statement } from './readings.ts'
import type { Names, Portal } from './statements.ts'

type Relations = PostgresCatalog['relations']

/** Never what a name means now. */
const contradiction = { schema: '', name: '', kind: 'table' } as const

/**
 * The statement with the names and texts behind those that it uses. One that is not known is left out: the mapping denies it.
 * So is a second long one, since the reading of the first may be forgotten while the second is read.
 */
export function complete(statement: Statement, statements: Names<Statement>, portals: Names<Portal>): Statement {
  if (statement.uses.length === 0) return statement
  // maps, since a name may be `__proto__`
  const prepared = new Map<string, string>()
  const cursors = new Map<string, string>()
  const behind: Statement[] = []
  let long: string | undefined
  for (const { kind, name } of statement.uses) {
    const found = kind === 'statement' ? statements.get(name) : portals.get(name)?.statement
    if (found === undefined) continue
    if (found.sql.length >= longSqlLength) {
      if (long !== undefined && long !== found.sql) continue
      long = found.sql
    }
    const texts = kind === 'statement' ? prepared : cursors
    texts.set(name, found.sql)
    behind.push(found)
  }
  const names = unionOfNames([statement, ...behind].flatMap(({ names }) => names ?? []))
  return {
    ...statement,
    names,
    key: keyOf(names),
    changesCatalog: statement.changesCatalog || behind.some(each => each.changesCatalog),
    changesSettings: statement.changesSettings || behind.some(each => each.changesSettings),
    parsed: meanings(behind),
    stored: {
      ...(prepared.size > 0 && { prepared: Object.fromEntries(prepared) }),
      ...(cursors.size > 0 && { cursors: Object.fromEntries(cursors) }),
    },
  }
}

/** What a PREPARE or DECLARE leaves behind: its query, which makes no name any more. @param parsed what its names meant then */
export function asStored(statement: Statement, parsed: Relations | undefined): Statement {
  const { sql, names, key, changesCatalog, changesSettings } = statement
  return {
    ...{ sql, names, key, changesCatalog, changesSettings, ...(parsed && { parsed }) },
    ...{ empty: false, copiesIn: false, bare: false, ends: false, single: true, namings: [], uses: [] },
  }
}

function meanings(statements: readonly Statement[]): Relations {
  const all = new Map<string, Relations[string]>()
  for (const { parsed } of statements) {
    for (const [written, meant] of Object.entries(parsed ?? {})) {
      const other = all.has(written) ? all.get(written) : meant
      all.set(written, other?.schema === meant?.schema && other?.name === meant?.name ? meant : contradiction)
    }
  }
  return Object.fromEntries(all)
}
