import type { Random } from '../random.ts'

/** A text as its tokens: each stands for itself whatever white space or comment is between it and the next. */
export type Tokens = readonly string[]

/** Relations of `test/differential/database.ts` that have a column `id`. */
const relations = [
  ...[
    'plain',
    'other',
    'third',
    'audit.plain',
    'audit.events',
    'orders',
    'customers',
    'items',
    'public.plain',
    'parent',
    'child',
    'measures',
    'measures_high',
  ],
  ...[
    '"Weird"',
    '"select"',
    '"quo""te"',
    '"We ird"."Ta.ble"""',
    '"ünï"',
    'ünï',
    `U&"\\00fcn\\00ef"`,
    'lower',
    '"ta.ble"',
    'PLAIN',
    'Public."other"',
  ],
  ...['seen', 'simple', 'deep', 'united', 'partial', 'ruled', 'fired', 'guarded', 'fired_view'],
]
/** Those among them that take a row of just an `id`, which need not be another's. */
const writable = [
  'other',
  'third',
  'audit.plain',
  'audit.events',
  'parent',
  '"Weird"',
  '"ünï"',
  'fired',
  'guarded',
  'measures',
  'simple',
  'constrained',
  'child',
]
/** Names of WITH queries: some stand before a table's. */
const ctes = ['x', 'y', 'third', 'other', '"Weird"', 'plain', '"X"', 'seen']

/** Composes statements of what the mapping knows. Most of them run on the database of `test/differential`. */
export function createGrammar(random: Random): { statement(): Tokens; text(): Tokens } {
  let alias = 0
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const maybe = (chance: number, make: () => Tokens): Tokens => (random(100) < chance ? make() : [])
  const list = (most: number, make: () => Tokens): Tokens =>
    Array.from({ length: 1 + random(most) }).flatMap((_, index) => (index === 0 ? make() : [',', ...make()]))
  const number = () => String(random(4) === 0 ? random(100_000) : random(10))

  /** An integer. `rows` are the aliases in scope, each with a column `id`. */
  function integer(depth: number, rows: readonly string[]): Tokens {
    const deeper = () => integer(depth - 1, rows)
    if (depth <= 0 || random(3) === 0)
      return rows.length > 0 && random(3) > 0 ? [pick(rows), '.', pick(['id', 'id', 'ID', '"id"'])] : [number()]
    return pick<() => Tokens>([
      () => ['(', ...deeper(), pick(['+', '-', '*', '#', '%', '|']), ...deeper(), ')'],
      () => ['(', ...scalar(depth - 1, rows), ')'],
      () => ['coalesce', '(', ...list(3, deeper), ')'],
      () => ['abs', '(', ...deeper(), ')'],
      () => [pick(['greatest', 'least']), '(', ...list(3, deeper), ')'],
      () => ['nullif', '(', ...deeper(), ',', ...deeper(), ')'],
      () => [
        'CASE',
        'WHEN',
        ...condition(depth - 1, rows),
        'THEN',
        ...deeper(),
        ...maybe(60, () => ['ELSE', ...deeper()]),
        'END',
      ],
      () => ['CASE', ...deeper(), 'WHEN', ...deeper(), 'THEN', ...deeper(), 'END'],
      () => ['CAST', '(', ...deeper(), 'AS', pick(['int', 'integer', 'pg_catalog.int4', 'bigint']), ')'],
      () => ['(', ...deeper(), ')', '::', pick(['int', 'int4', 'bigint'])],
      () => ['(', 'ARRAY', '[', ...list(3, deeper), ']', ')', '[', '1', ']'],
      () => ['(', 'ARRAY', '(', ...query(depth - 1, []), ')', ')', '[', '1', ']'],
      () => [
        'length',
        '(',
        pick(["'x'", "E'\\''", '$$a$$', "U&'\\0061'", "'a--b'", "'/*'", "'password=x'", '$q$;$q$']),
        ')',
      ],
      () => ['(', 'peek', '(', ...deeper(), ')', ')', '::', 'int'],
      () => ['(', '(', ...deeper(), ')', '.', pick(['peek', 'abs', 'lower']), ')', '::', 'int'],
      () => ['extract', '(', 'year', 'FROM', 'now', '(', ')', ')', '::', 'int'],
      () => ['(', 'ROW', '(', ...deeper(), ')', ')', '.', 'f1'],
      () => ['nextval', '(', "'counter'", ')', '::', 'int'],
      () => ['pg_catalog', '.', 'abs', '(', '-', ...deeper(), ')'],
    ])()
  }
  function condition(depth: number, rows: readonly string[]): Tokens {
    const some = () => integer(depth - 1, rows)
    if (depth <= 0) return [...integer(0, rows), pick(['<', '>', '<=', '>=', '<>']), ...integer(0, rows)]
    return pick<() => Tokens>([
      () => [...some(), pick(['=', '<>', '<', '>=', '!=']), ...some()],
      () => ['(', ...condition(depth - 1, rows), pick(['AND', 'OR']), ...condition(depth - 1, rows), ')'],
      () => ['NOT', '(', ...condition(depth - 1, rows), ')'],
      () => ['EXISTS', '(', ...query(depth - 1, rows), ')'],
      () => [...some(), ...maybe(30, () => ['NOT']), 'IN', '(', ...query(depth - 1, rows), ')'],
      () => [...some(), 'IN', '(', ...list(3, some), ')'],
      () => [...some(), pick(['=', '<', '>']), pick(['ANY', 'ALL', 'SOME']), '(', ...query(depth - 1, rows), ')'],
      () => [...some(), 'BETWEEN', ...integer(0, rows), 'AND', ...integer(0, rows)],
      () => [...some(), 'IS', ...maybe(50, () => ['NOT']), 'NULL'],
      () => [...some(), 'IS', 'DISTINCT', 'FROM', ...some()],
      () => ['(', ...some(), ',', ...some(), ')', '=', '(', ...some(), ',', ...some(), ')'],
      () => [pick(['true', 'false'])],
      () => [...some(), 'OPERATOR', '(', 'pg_catalog', '.', '=', ')', ...some()],
    ])()
  }
  /** A query of one row and one integer. */
  function scalar(depth: number, rows: readonly string[]): Tokens {
    const [from, names] = fromClause(depth, rows)
    const within = [...rows, ...names]
    return [
      'SELECT',
      pick(['max', 'min']),
      '(',
      ...integer(depth - 1, names.length > 0 ? names : within),
      ')',
      ...from,
      ...maybe(40, () => ['WHERE', ...condition(depth - 1, within)]),
    ]
  }
  const fresh = () => `t${++alias % 90}`

  function fromClause(depth: number, rows: readonly string[]): readonly [Tokens, readonly string[]] {
    const names: string[] = []
    const item = (): Tokens => {
      const name = fresh()
      const named = [...maybe(50, () => ['AS']), name]
      const made = pick<() => Tokens>([
        ...Array.from({ length: 5 }, () => () => [...maybe(10, () => ['ONLY']), pick(relations), ...named]),
        () => [pick(ctes), ...named],
        () => ['(', ...query(depth - 1, []), ')', ...named, '(', 'id', ')'],
        () => ['LATERAL', '(', ...query(depth - 1, [...rows, ...names]), ')', ...named, '(', 'id', ')'],
        () => ['generate_series', '(', ...integer(depth - 2, rows), ',', '3', ')', 'AS', name, '(', 'id', ')'],
        () => [
          'ROWS',
          'FROM',
          '(',
          'generate_series',
          '(',
          '1',
          ',',
          '2',
          ')',
          ',',
          'unnest',
          '(',
          'ARRAY',
          '(',
          ...query(depth - 1, rows),
          ')',
          ')',
          ')',
          'AS',
          name,
          '(',
          'id',
          ',',
          'b',
          ')',
        ],
        () => ['(', 'VALUES', '(', ...integer(depth - 1, rows), ')', ')', 'AS', name, '(', 'id', ')'],
        () => [pick(['plain', 'other', 'third']), ...named, 'TABLESAMPLE', 'system', '(', '50', ')'],
      ])()
      names.push(name)
      return made
    }
    if (random(12) === 0) return [[], []]
    let tokens = ['FROM', ...item()]
    for (let more = random(3); more > 0; more--) {
      const join = random(3)
      if (join === 0) tokens = [...tokens, ',', ...item()]
      else if (join === 1)
        tokens = [
          ...tokens,
          ...maybe(50, () => [pick(['LEFT', 'RIGHT', 'FULL', 'INNER'])]),
          'JOIN',
          ...item(),
          'ON',
          'true',
        ]
      else tokens = [...tokens, 'CROSS', 'JOIN', ...item()]
    }
    return [tokens, names]
  }
  /** A query of one integer. */
  function query(depth: number, rows: readonly string[], lockable = false): Tokens {
    if (depth <= 0) return ['SELECT', number()]
    const kind = random(10)
    if (kind === 0) return ['VALUES', ...list(2, () => ['(', ...integer(depth - 1, rows), ')'])]
    if (kind === 1)
      return [
        '(',
        ...query(depth - 1, rows),
        ')',
        pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT']),
        '(',
        ...query(depth - 1, rows),
        ')',
      ]
    if (kind === 2) return [...withClause(depth, false), ...query(depth - 1, rows)]
    const [from, names] = fromClause(depth, rows)
    const within = [...rows, ...names]
    return [
      'SELECT',
      ...maybe(10, () => ['DISTINCT']),
      ...integer(depth - 1, within),
      ...maybe(50, () => ['AS', pick(['id', '"a b"', 'lower'])]),
      ...from,
      ...maybe(50, () => ['WHERE', ...condition(depth - 1, within)]),
      ...maybe(15, () => ['ORDER', 'BY', '1']),
      ...maybe(20, () => ['LIMIT', ...(random(3) === 0 ? ['(', ...scalar(depth - 1, []), ')'] : [number()])]),
      ...maybe(lockable && names.length > 0 ? 10 : 0, () => [
        'FOR',
        pick(['UPDATE', 'SHARE', 'KEY SHARE', 'NO KEY UPDATE']),
      ]),
    ]
  }
  function withClause(depth: number, writes: boolean): Tokens {
    const names = [...new Set(Array.from({ length: 1 + random(2) }, () => pick(ctes)))]
    const queries = names.flatMap((name, index) => [
      ...(index === 0 ? [] : [',']),
      ...[name, '(', 'id', ')', 'AS', ...maybe(20, () => [pick(['MATERIALIZED', 'NOT MATERIALIZED'])])],
      ...['(', ...(writes && random(2) === 0 ? write(depth - 1, true) : query(depth - 1, [])), ')'],
    ])
    return ['WITH', ...maybe(20, () => ['RECURSIVE']), ...queries]
  }
  function write(depth: number, returning: boolean): Tokens {
    const name = fresh()
    const target = pick(writable)
    const back = returning ? ['RETURNING'] : []
    return pick<() => Tokens>([
      () => ['INSERT', 'INTO', target, '(', 'id', ')', ...query(depth - 1, []), ...back, ...(returning ? ['id'] : [])],
      () => [
        'INSERT',
        'INTO',
        target,
        'AS',
        name,
        '(',
        'id',
        ')',
        'VALUES',
        ...list(2, () => ['(', ...integer(depth - 1, []), ')']),
        ...maybe(20, () => ['ON', 'CONFLICT', 'DO', 'NOTHING']),
        ...back,
        ...(returning ? integer(depth - 1, [name]) : []),
      ],
      () => [
        'INSERT',
        'INTO',
        'plain',
        '(',
        'id',
        ')',
        'VALUES',
        '(',
        '1',
        ')',
        'ON',
        'CONFLICT',
        '(',
        'id',
        ')',
        'DO',
        'UPDATE',
        'SET',
        'a',
        '=',
        ...integer(depth - 1, ['plain', 'excluded']),
        ...back,
        ...(returning ? ['plain', '.', 'id'] : []),
      ],
      () => {
        const [from, names] = fromClause(depth - 1, [])
        return [
          'UPDATE',
          ...maybe(15, () => ['ONLY']),
          target,
          'AS',
          name,
          'SET',
          'id',
          '=',
          ...integer(depth - 1, [name, ...names]),
          ...from,
          ...maybe(60, () => ['WHERE', ...condition(depth - 1, [name, ...names])]),
          ...back,
          ...(returning ? integer(depth - 1, [name]) : []),
        ]
      },
      () => [
        'DELETE',
        'FROM',
        target,
        'AS',
        name,
        ...maybe(30, () => ['USING', pick(relations), 'AS', 'u']),
        ...maybe(60, () => ['WHERE', ...condition(depth - 1, [name])]),
        ...back,
        ...(returning ? [name, '.', 'id'] : []),
      ],
      () => [
        'MERGE',
        'INTO',
        pick(['other', 'third', 'audit.plain', 'simple']),
        'AS',
        name,
        'USING',
        '(',
        ...query(depth - 1, []),
        ')',
        'AS',
        's',
        '(',
        'id',
        ')',
        'ON',
        name,
        '.',
        'id',
        '=',
        's',
        '.',
        'id',
        'WHEN',
        'MATCHED',
        ...maybe(40, () => ['AND', ...condition(depth - 1, [name, 's'])]),
        'THEN',
        ...pick([['DELETE'], ['UPDATE', 'SET', 'a', '=', '1'], ['DELETE', 'WHEN', 'MATCHED', 'THEN', 'DO', 'NOTHING']]),
        ...maybe(40, () => [
          'WHEN',
          'NOT',
          'MATCHED',
          'THEN',
          'INSERT',
          '(',
          'id',
          ')',
          'VALUES',
          '(',
          's',
          '.',
          'id',
          ')',
        ]),
        ...back,
        ...(returning ? [name, '.', 'id'] : []),
      ],
    ])()
  }
  function statement(): Tokens {
    const depth = 2 + random(3)
    const rows = () =>
      pick<() => Tokens>([
        () => query(depth, [], true),
        () => query(depth, [], true),
        () => [...withClause(depth, true), ...query(depth, [])],
      ])()
    const any = () =>
      pick<() => Tokens>([
        rows,
        () => write(depth, random(3) === 0),
        () => [...withClause(depth, true), ...write(depth, false)],
      ])()
    return pick<() => Tokens>([
      ...Array.from({ length: 5 }, () => rows),
      ...Array.from({ length: 4 }, () => any),
      () => ['EXPLAIN', ...maybe(50, () => ['(', 'ANALYZE', ',', 'COSTS', 'off', ')']), ...any()],
      () => ['COPY', '(', ...rows(), ')', 'TO', 'STDOUT'],
      () => [
        'COPY',
        pick(writable),
        '(',
        'id',
        ')',
        pick(['FROM STDIN', 'FROM STDIN']),
        ...maybe(40, () => ['WITH', '(', 'FORMAT', 'csv', ')']),
      ],
      () => ['CREATE', 'TABLE', 'made', 'AS', ...query(depth, [])],
      () => ['CREATE', 'VIEW', 'made', 'AS', ...query(depth, [])],
      () => ['SELECT', '1', 'AS', 'one', 'INTO', 'made', ...fromClause(depth, [])[0]],
      () => ['DECLARE', 'c', 'CURSOR', 'FOR', ...query(depth, [])],
      () => ['PREPARE', 'p', 'AS', ...any()],
      () => ['TRUNCATE', ...list(2, () => [pick(writable)])],
      () => [
        'LOCK',
        'TABLE',
        pick(relations),
        'IN',
        pick(['ACCESS SHARE', 'ROW EXCLUSIVE', 'SHARE', 'EXCLUSIVE']),
        'MODE',
      ],
      () => ['TABLE', pick(relations)],
    ])()
  }
  return {
    statement,
    text: () => [...statement(), ...maybe(15, () => [';', ...statement()]), ...maybe(10, () => [';'])],
  }
}
