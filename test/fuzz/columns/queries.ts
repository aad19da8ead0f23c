import type { Random } from '../random.ts'

/** One name in a FROM and the columns that are seen by it. */
export interface Source {
  readonly name: string
  readonly columns: readonly string[]
  /** A table or view, and not renamed. */
  readonly plain?: true
  /** Some of its columns come from a star, so that what stands in which place is not counted. */
  readonly starred?: boolean
}

/** What one FROM puts in sight. */
export interface Level {
  readonly sources: readonly Source[]
  /** Columns of USING: one name for two. */
  readonly merged: readonly string[]
}

/** What an expression may name. */
export interface Sight {
  /** Innermost first. */
  readonly levels: readonly Level[]
  readonly ctes: readonly Source[]
}

/** A query, and the names of the columns that it gives where they are known. */
export interface Query {
  readonly sql: string
  readonly columns: readonly string[]
}

/** Tables and views of integers. Names of columns are also those of tables, `spare` is what a role gets that needs none. */
export const tables: { readonly [table: string]: readonly string[] } = {
  t1: ['id', 'a', 'b', 'spare'],
  t2: ['id', 'b', 'c', 't1', 'spare'],
  t3: ['a', 'c', 'd', 'x', 'spare'],
}
const views: { readonly [view: string]: readonly string[] } = { v1: ['a', 'x', 'spare'], v2: ['x', 'c', 'spare'] }
export const relations = { ...tables, ...views }

/** The views read as whoever asks, so that the server demands of him what they read. */
export const setup = `
  ${Object.entries(tables)
    .map(([table, columns]) => `CREATE TABLE ${table} (${columns.map(column => `${column} int`).join(', ')});`)
    .join(' ')}
  CREATE UNIQUE INDEX ON t1 (id); CREATE UNIQUE INDEX ON t2 (b, c);
  CREATE VIEW v1 WITH (security_invoker) AS SELECT a, b AS x, spare FROM t1 WHERE id > 0;
  CREATE VIEW v2 WITH (security_invoker) AS SELECT v1.x, t2.c, t2.spare FROM v1 JOIN t2 ON v1.a = t2.b`

const noLevel: Level = { sources: [], merged: [] }
const inner = (sight: Sight, level: Level): Sight => ({ ...sight, levels: [level, ...sight.levels] })

/** Composes queries whose names are, mostly, in sight. */
export function createQueries(random: Random) {
  /** Whether the server checks all that is written: it forgets what nothing refers to. */
  let exact = true
  let count = 0
  /** WITH queries that were named outside of their own WITH. */
  const named = new Set<Source>()
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const chance = (percent: number) => random(100) < percent
  const maybe = (percent: number, make: () => string) => (chance(percent) ? make() : '')
  const times = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + random(most) }, make)
  const fresh = () => `n${++count}`
  const label = () => (chance(40) ? pick(['a', 'b', 'c', 'x', 't1', 't2', 'spare']) : fresh())

  /** An integer that the server does not fold, and nothing with it. */
  const constant = () => `(random() * 1e8)::int`

  function column({ levels }: Sight): string {
    const seen = levels.filter(({ sources }) => sources.some(({ columns }) => columns.length > 0))
    if (seen.length === 0) return constant()
    const level = (chance(75) ? seen[0] : pick(seen)) as Level
    const source = pick(level.sources.filter(({ columns }) => columns.length > 0))
    const name = pick(source.columns)
    const owners = level.sources.filter(({ columns }) => columns.includes(name)).length
    if (chance(50) && (owners === 1 || level.merged.includes(name))) return name
    if (source.plain && chance(10)) return `public.${source.name}.${name}`
    return `${source.name}.${name}`
  }

  /** A whole row, which as a bare name may be a column. */
  function row({ levels }: Sight): string | undefined {
    const sources = levels.flatMap(level => level.sources)
    return sources.length === 0 ? undefined : pick([pick(sources).name, `${pick(sources).name}.*`])
  }

  function value(depth: number, sight: Sight): string {
    const deeper = () => value(depth - 1, sight)
    if (depth <= 0 || chance(50)) return column(sight)
    return pick<() => string>([
      () => `(${deeper()} + ${deeper()})`,
      () => `coalesce(${column(sight)}, ${deeper()})`,
      () => `CASE WHEN ${condition(depth - 1, sight)} THEN ${deeper()} ELSE ${column(sight)} END`,
      () => `(${query(depth - 1, sight, 1).sql} LIMIT 1)`,
      () => {
        const source = pick(sight.levels.flatMap(level => level.sources.filter(each => each.columns.length > 0)))
        return source ? `(${source.name}).${pick(source.columns)}` : column(sight)
      },
    ])()
  }

  function condition(depth: number, sight: Sight): string {
    const some = () => value(depth - 1, sight)
    if (depth <= 0) return `${column(sight)} ${pick(['=', '<'])} ${column(sight)}`
    return pick<() => string>([
      () => `${some()} = ${some()}`,
      () => `${some()} BETWEEN ${some()} AND ${column(sight)}`,
      () => `(${condition(depth - 1, sight)} ${pick(['AND', 'OR'])} ${condition(depth - 1, sight)})`,
      () => `NOT ${condition(depth - 1, sight)}`,
      () => `${some()} ${pick(['IN', '= ANY', '< ALL'])} (${query(depth - 1, sight, 1).sql})`,
      () => `(${some()}, ${some()}) ${pick(['IN', 'NOT IN'])} (${query(depth - 1, sight, 2).sql})`,
      () => `EXISTS (${query(depth - 1, sight).sql})`,
      () => `(${row(sight) ?? 'NULL'})::text ${pick(['IS NULL', "= '1'"])}`,
      () => {
        const table = pick(sight.levels.flatMap(({ sources }) => sources.filter(({ plain }) => plain)))
        return table ? `${table.name}.ctid < '(1,1)'` : `${some()} IS NULL`
      },
    ])()
  }

  /** `AS name`, or with new names for the first columns. */
  function renamed(columns: readonly string[], always: boolean, starred = false): Source & { readonly as: string } {
    const name = chance(25) ? pick(['a', 'b', 't1', 't2', 't3', 'x']) : fresh()
    const names = always || chance(20) ? columns.slice(0, always ? columns.length : 1 + random(2)).map(label) : []
    const list = names.length > 0 ? ` (${names.join(', ')})` : ''
    if (starred && names.length > 0) exact = false
    return { as: ` AS ${name}${list}`, name, columns: [...names, ...columns.slice(names.length)] }
  }

  interface From extends Level {
    readonly sql: string
  }
  const one = (sql: string, source: Source): From => ({ sql, sources: [source], merged: [] })

  function table({ ctes }: Sight): From {
    if (ctes.length > 0 && chance(50)) {
      const cte = pick(ctes)
      named.add(cte)
      if (chance(50)) return one(cte.name, { name: cte.name, columns: cte.columns })
      const { as, name, columns } = renamed(cte.columns, false, cte.starred)
      return one(`${cte.name}${as}`, { name, columns })
    }
    const relation = pick(Object.keys(relations))
    const written = chance(15) || ctes.some(({ name }) => name === relation) ? `public.${relation}` : relation
    const known = relations[relation] ?? []
    if (chance(50)) return one(written, { name: relation, columns: known, plain: true })
    const { as, name, columns } = renamed(known, false)
    return one(`${written}${as}`, { name, columns })
  }

  /** @param before what stands before it in the same FROM, which LATERAL sees */
  function source(depth: number, sight: Sight, before: Level): From {
    if (depth <= 0 || chance(45)) return table(sight)
    const lateral = inner(sight, before)
    return pick<() => From>([
      () => join(depth, sight, before),
      () => join(depth, sight, before),
      () => {
        const isLateral = chance(40)
        const { sql, columns } = query(depth - 1, isLateral ? lateral : sight)
        const { as, ...seen } = renamed(columns, false, sql.includes('*'))
        return one(`${isLateral ? 'LATERAL ' : ''}(${sql})${as}`, seen)
      },
      () => {
        const { as, ...seen } = renamed(['column1', 'column2'], true)
        return one(`(VALUES (${value(0, sight)}, ${value(0, sight)}))${as}`, seen)
      },
      () => {
        const { as, ...seen } = renamed(['n'], true)
        return one(`generate_series(${value(0, lateral)}, 2)${as}`, seen)
      },
    ])()
  }

  function join(depth: number, sight: Sight, before: Level): From {
    const left = source(depth - 1, sight, before)
    const right = source(depth - 1, sight, before)
    const sources = [...left.sources, ...right.sources]
    const all = (level: Level) => level.sources.flatMap(({ columns }) => columns)
    const shared = [...new Set(all(left).filter(column => all(right).includes(column)))]
    const merged = [...left.merged, ...right.merged]
    const kind = pick(['JOIN', 'LEFT JOIN', 'FULL JOIN'])
    if (chance(20)) {
      return { sql: `${left.sql} NATURAL JOIN ${right.sql}`, sources, merged: [...merged, ...shared] }
    }
    if (shared.length > 0 && chance(50)) {
      const using = [...new Set(times(2, () => pick(shared)))]
      const name = fresh()
      const isNamed = chance(30)
      const alias = { name, columns: using }
      return {
        sql: `${left.sql} ${kind} ${right.sql} USING (${using.join(', ')})${isNamed ? ` AS ${name}` : ''}`,
        sources: isNamed ? [...sources, alias] : sources,
        merged: [...merged, ...using],
      }
    }
    const on = condition(Math.min(depth - 1, 1), inner(sight, { sources, merged }))
    const sql = `${left.sql} ${kind === 'FULL JOIN' ? 'JOIN' : kind} ${right.sql} ON ${on}`
    if (chance(70)) return { sql, sources, merged }
    const columns = all({ sources, merged })
    if (chance(70)) {
      const name = fresh()
      return one(`(${sql}) AS ${name}`, { name, columns })
    }
    exact = false // which of the columns inside come first is not counted
    const { as, ...seen } = renamed(columns, false)
    return one(`(${sql})${as}`, { ...seen, starred: true })
  }

  /** A list of things in FROM. */
  function from(depth: number, sight: Sight, most = 2): From {
    let level: Level = noLevel
    const parts = times(most, () => {
      const part = source(depth, sight, level)
      level = { sources: [...level.sources, ...part.sources], merged: [...level.merged, ...part.merged] }
      return part.sql
    })
    return { sql: parts.join(', '), ...level }
  }

  /** Names columns as a target list does. */
  function targets(depth: number, sight: Sight, width?: number): Query {
    const level = sight.levels[0] ?? noLevel
    const list = width === undefined ? times(3, () => target(depth, sight, level)) : []
    for (let at = 0; at < (width ?? 0); at++) list.push(labelled(depth, sight))
    return { sql: list.map(({ sql }) => sql).join(', '), columns: list.flatMap(({ columns }) => columns) }
  }

  function labelled(depth: number, sight: Sight): Query {
    const name = label()
    return { sql: `${value(depth, sight)} AS ${name}`, columns: [name] }
  }

  function target(depth: number, sight: Sight, { sources }: Level): Query {
    if (sources.length === 0 || chance(60)) return labelled(depth, sight)
    const { name, columns } = pick(sources)
    return pick<() => Query>([
      () => ({ sql: '*', columns: [] }), // names that may stand there twice
      () => ({ sql: `${name}.*`, columns }),
      () => ({ sql: `${name}.${pick(columns)}`, columns: [] }),
      () => ({ sql: `count(*) OVER (PARTITION BY ${column(sight)} ORDER BY ${column(sight)}) AS n`, columns: ['n'] }),
    ])()
  }

  /** @param width how many columns it shall give; without it, any, also `*` */
  function query(depth: number, outer: Sight, width?: number, top = false): Query {
    if (!top && chance(10)) return { ...setOperation(depth - 1, outer, width ?? 1 + random(2)) }
    if (depth > 0 && chance(top ? 25 : 10))
      return withQueries(depth, outer, sight => body(depth - 1, sight, width, top))
    return body(depth, outer, width, top)
  }

  function setOperation(depth: number, outer: Sight, width: number): Query {
    const left = body(depth, outer, width, false)
    const right = body(depth, outer, width, false)
    const order = maybe(30, () => ` ORDER BY ${pick(left.columns)}`)
    const operation = pick(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'])
    return { sql: `(${left.sql}) ${operation} (${right.sql})${order}`, columns: left.columns }
  }

  /** One or two WITH queries and what stands after them. */
  function withQueries(depth: number, outer: Sight, rest: (sight: Sight) => Query): Query {
    let { ctes } = outer
    const own: Source[] = []
    const isRecursive = chance(20)
    const list = times(2, () => {
      const made = isRecursive ? recursion(depth - 1, { ...outer, ctes }) : withQuery(depth - 1, { ...outer, ctes })
      own.push(made.cte)
      ctes = [...ctes.filter(({ name }) => name !== made.cte.name), made.cte]
      return made.sql
    })
    for (const cte of own) named.delete(cte)
    const { sql, columns } = rest({ ...outer, ctes })
    if (own.some(cte => !named.has(cte))) exact = false
    return { sql: `WITH ${isRecursive ? 'RECURSIVE ' : ''}${list.join(', ')} ${sql}`, columns }
  }

  function withQuery(depth: number, sight: Sight): { readonly sql: string; readonly cte: Source } {
    const { sql, columns } = query(depth, sight)
    const name = chance(20) ? pick(['t1', 't2', 'v1']) : fresh()
    const starred = sql.includes('*')
    const names = chance(20) ? columns.slice(0, 2).map(label) : []
    if (starred && names.length > 0) exact = false
    const list = names.length > 0 ? ` (${names.join(', ')})` : ''
    return {
      sql: `${name}${list} AS (${sql})`,
      cte: { name, columns: [...names, ...columns.slice(names.length)], starred },
    }
  }

  /** A WITH query that names itself, and comes to an end. */
  function recursion(depth: number, sight: Sight): { readonly sql: string; readonly cte: Source } {
    const cte: Source = { name: fresh(), columns: times(2, fresh) }
    const width = cte.columns.length
    const first = body(depth, sight, width, false)
    const [own, more] = [one(cte.name, cte), table(sight)]
    const within = inner(sight, { sources: [...own.sources, ...more.sources], merged: [] })
    const next = targets(0, within, width)
    const where = `${cte.name}.${cte.columns[0]} < -5 AND ${condition(0, within)}`
    const sql = `${cte.name} (${cte.columns.join(', ')}) AS (${first.sql} UNION ALL SELECT ${next.sql} FROM ${own.sql}, ${more.sql} WHERE ${where})`
    return { sql, cte }
  }

  function body(depth: number, outer: Sight, width: number | undefined, top: boolean): Query {
    const level = chance(5) && outer.levels.length > 0 ? { sql: '', ...noLevel } : from(depth, outer)
    const sight = inner(outer, level)
    // the server forgets a subquery that gives a column which nobody reads
    const inList = top ? depth - 1 : 0
    const where = maybe(60, () => ` WHERE ${condition(depth, sight)}`)
    const source = level.sql === '' ? '' : ` FROM ${level.sql}`
    if (chance(20)) {
      const key = column(sight)
      const some = pick([() => `max(${value(inList, sight)})`, () => `count(${row(sight) ?? '*'})`, () => key])
      const maxima = Array.from({ length: width ?? 1 + random(2) }, () => [some(), label()] as const)
      const list = maxima.map(([sql, name]) => `${sql} AS ${name}`).join(', ')
      const grouped = ` GROUP BY ${pick([key, key, `ROLLUP (${key})`])}${maybe(30, () => ` HAVING min(${column(sight)}) > 0`)}`
      return { sql: `SELECT ${list}${source}${where}${grouped}`, columns: maxima.map(([, name]) => name) }
    }
    const { sql, columns } = targets(inList, sight, width)
    const distinct = maybe(10, () => `DISTINCT ON (${pick([column(sight), ...columns])}) `)
    const order =
      distinct === '' && chance(30) ? ` ORDER BY ${pick([column(sight), ...columns, `${column(sight)} + 1`])}` : ''
    return { sql: `SELECT ${distinct}${sql}${source}${where}${order}`, columns }
  }

  return {
    ...{ pick, chance, maybe, times, fresh, value, condition, query, from, source, targets, withQueries },
    inexact: () => {
      exact = false
    },
    isExact: () => exact,
  }
}
