import type { Random } from '../random.ts'
import { createQueries, type Level, relations, type Sight, type Source, tables } from './queries.ts'

export interface Made {
  readonly sql: string
  /** Whether the server demands all that we ask; if not, it may demand less. */
  readonly exact: boolean
}

const nothing: Sight = { levels: [], ctes: [] }
const depth = 2

/** One statement: a query, or what writes to a table and may return rows of it. */
export function createStatement(random: Random): Made {
  const made = createQueries(random)
  const { pick, chance, maybe, times, value, condition, query } = made

  /** The table that is written to, as it is named there. */
  function target(): { readonly table: string; readonly as: string; readonly seen: Source } {
    const table = chance(90) ? pick(Object.keys(tables)) : 'v1'
    const columns = relations[table] ?? []
    if (table === 'v1') made.inexact() // all that it reads is asked with what is done to it
    if (chance(50)) return { table, as: table, seen: { name: table, columns, plain: true } }
    const name = pick(['a', 'x', 't3', 'n'])
    return { table, as: `${table} AS ${name}`, seen: { name, columns } }
  }

  const some = (columns: readonly string[]) => [...new Set(times(2, () => pick(columns)))]
  const sees = (sight: Sight, ...sources: readonly Source[]): Sight => ({
    ...sight,
    levels: [{ sources, merged: [] }, ...sight.levels],
  })
  const also = (level: Level, { levels, ctes }: Sight): Sight => {
    const [own, ...outer] = levels
    const both = { sources: [...(own?.sources ?? []), ...level.sources], merged: level.merged }
    return { ctes, levels: [both, ...outer] }
  }

  function set(columns: readonly string[], sight: Sight): string {
    const names = some(columns)
    if (names.length === 2 && chance(30)) return `(${names.join(', ')}) = (${query(1, sight, 2).sql} LIMIT 1)`
    return names.map(name => `${name} = ${chance(10) ? 'DEFAULT' : value(depth, sight)}`).join(', ')
  }

  function returning(sight: Sight): string {
    if (chance(50)) return ''
    const rows: readonly Source[] = chance(20) ? ['old', 'new'].map(name => ({ name, columns: ['spare'] })) : []
    return ` RETURNING ${made.targets(1, also({ sources: rows, merged: [] }, sight)).sql}`
  }

  function insert(sight: Sight): string {
    const { table, as, seen } = target()
    if (chance(10)) {
      made.inexact() // how many columns a star gives is not counted
      return `INSERT INTO ${as} ${query(depth, sight).sql}${returning(sees(sight, seen))}`
    }
    const columns = some(seen.columns)
    const row = () => `(${columns.map(() => value(1, sight)).join(', ')})`
    const rows = chance(50) ? `VALUES ${times(2, row).join(', ')}` : query(depth, sight, columns.length).sql
    const list = chance(70) ? ` (${columns.join(', ')})` : ''
    const own = sees(sight, seen)
    return `INSERT INTO ${as}${list} ${chance(5) ? 'DEFAULT VALUES' : rows}${conflict(table, own)}${returning(own)}`
  }

  function conflict(table: string, sight: Sight): string {
    const keys = { t1: '(id)', t2: '(b, c)' }[table]
    if (keys === undefined || chance(50)) return ''
    if (chance(40)) return ` ON CONFLICT ${maybe(70, () => keys)} DO NOTHING`
    const excluded = { name: 'excluded', columns: tables[table] ?? [] }
    const both = also({ sources: [excluded], merged: [] }, sight)
    const where = maybe(50, () => ` WHERE ${condition(1, both)}`)
    return ` ON CONFLICT ${keys} DO UPDATE SET ${set(tables[table] ?? [], both)}${where}`
  }

  function update(sight: Sight): string {
    const { as, seen } = target()
    const more = chance(50) ? made.source(1, sight, { sources: [], merged: [] }) : undefined
    const own = also(more ?? { sources: [], merged: [] }, sees(sight, seen))
    const where = maybe(60, () => ` WHERE ${condition(depth, own)}`)
    return `UPDATE ${as} SET ${set(seen.columns, own)}${more ? ` FROM ${more.sql}` : ''}${where}${returning(own)}`
  }

  function remove(sight: Sight): string {
    const { as, seen } = target()
    const more = chance(50) ? made.source(1, sight, { sources: [], merged: [] }) : undefined
    const own = also(more ?? { sources: [], merged: [] }, sees(sight, seen))
    const where = maybe(70, () => ` WHERE ${condition(depth, own)}`)
    return `DELETE FROM ${as}${more ? ` USING ${more.sql}` : ''}${where}${returning(own)}`
  }

  function merge(sight: Sight): string {
    const { as, seen } = target()
    const source = made.source(1, sight, { sources: [], merged: [] })
    const own = also(source, sees(sight, seen))
    const theirs = { ...sight, levels: [source, ...sight.levels] }
    const columns = some(seen.columns)
    const list = chance(70) ? ` (${columns.join(', ')})` : ''
    const actions = times(2, () =>
      pick<() => string>([
        () => `WHEN MATCHED AND ${condition(1, own)} THEN UPDATE SET ${set(seen.columns, own)}`,
        () => `WHEN MATCHED AND ${condition(1, own)} THEN ${pick(['DELETE', 'DO NOTHING'])}`,
        () =>
          `WHEN NOT MATCHED AND ${condition(1, theirs)} THEN INSERT${list} VALUES (${columns.map(() => value(1, theirs)).join(', ')})`,
      ])(),
    )
    return `MERGE INTO ${as} USING ${source.sql} ON ${condition(1, own)} ${actions.join(' ')}${returning(own)}`
  }

  const write = (sight: Sight) => pick([insert, update, remove, merge])(sight)

  /** What a write returns, read by a query. */
  function writeInWith(): string {
    const { as, seen } = target()
    const own = sees(nothing, seen)
    const { sql, columns } = made.targets(0, own, 2)
    const cte = { name: made.fresh(), columns }
    const how = pick([`UPDATE ${as} SET ${set(seen.columns, own)}`, `DELETE FROM ${as}`])
    const sight = { ...nothing, ctes: [cte] }
    return `WITH ${cte.name} AS (${how} RETURNING ${sql}) ${chance(70) ? query(depth, sight, undefined, true).sql : write(sight)}`
  }

  function lock(): string {
    const { sql, sources } = made.from(1, nothing)
    const name = pick(sources).name
    if (/\bv\d/.test(sql)) made.inexact() // the columns that a view reads are asked with what is done to the view
    return `SELECT ${made.targets(0, { ...nothing, levels: [{ sources, merged: [] }] }).sql} FROM ${sql} FOR ${pick(['UPDATE', 'SHARE'])}${maybe(40, () => ` OF ${name}`)}`
  }

  const sql = pick<() => string>([
    ...Array.from({ length: 8 }, () => () => query(depth + 1, nothing, undefined, true).sql),
    ...Array.from({ length: 4 }, () => () => write(nothing)),
    () => made.withQueries(depth, nothing, sight => ({ sql: write(sight), columns: [] })).sql,
    writeInWith,
    lock,
  ])()
  // which columns a function gives is not known, so a natural join with it may read any
  const isOpen = sql.includes('generate_series') && sql.includes('NATURAL')
  return { sql, exact: made.isExact() && !isOpen }
}
