import { argumentTypesSql } from './signature.ts'

/** SQL here names everything with `pg_catalog`, so that nothing of a session's search path can stand in its way. */
const is = 'operator(pg_catalog.=)'
const joined = 'operator(pg_catalog.||)'
const oneOf = (column: string, values: readonly string[]) =>
  `${column} ${is} any (array[${values.map(value => `'${value}'`).join(', ')}]::pg_catalog."char"[])`

const kinds = { r: 'table', v: 'view', m: 'materialized view', i: 'index', S: 'sequence', f: 'foreign table' } as const
const otherKinds = { c: 'composite type', t: 'toast table' } as const

/** `pg_class.relkind` in words. What is partitioned, table or index, is a `partitioned table`. */
const relationKind = `case
  when c.relpersistence ${is} 't' then 'temporary'
  ${Object.entries({ ...kinds, ...otherKinds })
    .map(([kind, word]) => `when c.relkind ${is} '${kind}' then '${word}'`)
    .join('\n  ')}
  else 'partitioned table' end`

/** Whether there is a row. No EXISTS, which the planner may answer by reading the whole of a catalog. */
const some = (rows: string) => `(select true from ${rows} limit 1)`

/**
 * Actions of a foreign key that reach rows of the referring table: CASCADE, SET NULL, SET DEFAULT. Found by the triggers
 * that they put on the table referred to, since only those have an index.
 */
const reaching = (action: string) =>
  some(`pg_catalog.pg_trigger t join pg_catalog.pg_constraint k on k.oid ${is} t.tgconstraint
    where t.tgrelid ${is} c.oid and k.confrelid ${is} c.oid and k.contype ${is} 'f'
      and ${oneOf(`k.${action}`, ['c', 'n', 'd'])}`)

const hidden = `pg_catalog.array_remove(array[
    case when c.relkind ${is} 'r' and ${some(`pg_catalog.pg_inherits h where h.inhparent ${is} c.oid`)}
      then 'children' end,
    case when ${reaching('confdeltype')} then 'delete cascades' end,
    case when c.relkind ${is} 'r' and ${some(`pg_catalog.pg_rewrite r where r.ev_class ${is} c.oid`)}
      then 'rules' end,
    case when ${some(`pg_catalog.pg_trigger t where t.tgrelid ${is} c.oid and not t.tgisinternal`)}
      then 'triggers' end,
    case when ${reaching('confupdtype')} then 'update cascades' end
  ]::pg_catalog.text[], null)`

/** Columns of `c` in attribute order. */
const columnsSql = (condition: string) => `array(select a.attname from pg_catalog.pg_attribute a
    where a.attrelid ${is} c.oid and a.attnum operator(pg_catalog.>) 0 and not a.attisdropped and ${condition}
    order by a.attnum)`

const wantedColumns = `case when pg_catalog.cardinality($5::pg_catalog.text[]) operator(pg_catalog.>) 0 then
  ${columnsSql(`('*' ${is} any ($5::pg_catalog.text[]) or a.attname ${is} any ($5::pg_catalog.text[]::pg_catalog.name[]))`)} end`

/** A relation as the operation's catalog holds it; `c` is its pg_class, `n` its pg_namespace. */
const relationSql = (columns: string) => `pg_catalog.json_build_object(
  'schema', n.nspname, 'name', c.relname, 'kind', ${relationKind},
  'table', (select ic.relname from pg_catalog.pg_index i
    join pg_catalog.pg_class ic on ic.oid ${is} i.indrelid where i.indexrelid ${is} c.oid),
  'hidden', ${hidden}, 'columns', ${columns})`

export const relationFrom = `pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid ${is} c.relnamespace`

/** A function as the operation's catalog spells it; `p` is its pg_proc, `n` its pg_namespace. */
export const signatureSql = `n.nspname::pg_catalog.text ${joined} '.' ${joined} p.proname::pg_catalog.text
  ${joined} '(' ${joined} ${argumentTypesSql('p')} ${joined} ')'`

export const functionFrom = `pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid ${is} p.pronamespace`

/** What `row.name` may call: one argument suffices, and the first takes a row, or what a row is cast to without being asked. */
export const takesRowSql = `p.pronargs operator(pg_catalog.>=) 1
  and p.pronargs operator(pg_catalog.-) p.pronargdefaults operator(pg_catalog.<=) 1
  and coalesce((select true from pg_catalog.pg_type f where f.oid ${is} (p.proargtypes::pg_catalog.oid[])[
    pg_catalog.array_lower(p.proargtypes::pg_catalog.oid[], 1)] and (${oneOf('f.typtype', ['c', 'p', 'd'])}
      or f.oid ${is} any (select k.casttarget from pg_catalog.pg_cast k join pg_catalog.pg_type s on s.oid ${is} k.castsource
        where k.castcontext ${is} 'i' and s.typtype ${is} 'c'))), false)`

/** Whether a name's parts, in `w.parts`, mean an object of this name and schema that the session sees. */
const means = (name: string, schema: string, visible: string) =>
  `${name} ${is} w.parts[pg_catalog.cardinality(w.parts)]::pg_catalog.name
    and case when pg_catalog.cardinality(w.parts) ${is} 1 then ${visible} else ${schema} ${is} w.parts[1]::pg_catalog.name end`

const parts = (parameter: string, name = 'u.written') =>
  `(select u.written, pg_catalog.parse_ident(${name}) as parts
    from pg_catalog.unnest(${parameter}::pg_catalog.text[]) as u(written)) as w`

const relations = `select pg_catalog.json_object_agg(w.written, (
    select ${relationSql(wantedColumns)} from ${relationFrom}
    where ${means('c.relname', 'n.nspname', 'pg_catalog.pg_table_is_visible(c.oid)')} limit 1))
  from ${parts('$1')}`

/**
 * Functions that a bare name may mean. Of one signature the first of the search path is the visible one, but a call with
 * fewer arguments, or more, goes by one behind it that has defaults or is variadic.
 */
const reachable = `(pg_catalog.pg_function_is_visible(p.oid)
  or ((p.pronargdefaults operator(pg_catalog.>) 0 or p.provariadic operator(pg_catalog.<>) 0)
    and n.nspname ${is} any (pg_catalog.current_schemas(true))))`

/** A type of the name makes `name(x)` a cast, before the functions are looked at; a composite type does not. */
const functions = `select pg_catalog.json_object_agg(w.written, array(
    select ${signatureSql} from ${functionFrom}
    where ${means('p.proname', 'n.nspname', reachable)}
      and (w.written operator(pg_catalog.!~~) '.%' or (${takesRowSql}))
    union all
    select n.nspname::pg_catalog.text ${joined} '.' ${joined} t.typname::pg_catalog.text ${joined} '(cast)'
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
    where ${means('t.typname', 'n.nspname', 'pg_catalog.pg_type_is_visible(t.oid)')}
      and t.typrelid ${is} 0 and w.written operator(pg_catalog.!~~) '.%' and n.nspname operator(pg_catalog.<>) 'pg_catalog'))
  from ${parts('$2', "pg_catalog.ltrim(u.written, '.')")}`

const operators = `array(select distinct o.oprname from pg_catalog.pg_operator o
    join pg_catalog.pg_namespace n on n.oid ${is} o.oprnamespace
    where o.oprname ${is} any ($3::pg_catalog.text[]::pg_catalog.name[])
      and n.nspname operator(pg_catalog.<>) 'pg_catalog' and pg_catalog.pg_operator_is_visible(o.oid))`

const types = `select pg_catalog.json_object_agg(w.written, (
    select n.nspname::pg_catalog.text ${joined} '.' ${joined} t.typname::pg_catalog.text
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
    where ${means('t.typname', 'n.nspname', 'pg_catalog.pg_type_is_visible(t.oid)')} limit 1))
  from ${parts('$4')}`

/**
 * Resolves written names as the session would: parameters are `SqlNames` as `text[]`, in the order relations,
 * functions, operators, types, columns. One row with one column `catalog`, JSON. PostgreSQL 13 to 18. It raises no error for a
 * schema that the session may not use.
 */
export const catalogQuery = `select pg_catalog.json_build_object(
  'currentSchema', pg_catalog.current_schema(),
  'relations', coalesce((${relations}), '{}'::pg_catalog.json),
  'functions', coalesce((${functions}), '{}'::pg_catalog.json),
  'types', coalesce((${types}), '{}'::pg_catalog.json),
  'foreignOperators', ${operators}) as catalog`

const outside = `n.nspname operator(pg_catalog.<>) 'pg_catalog'`

/**
 * Everything that a snapshot holds, for `cedargate snapshot pull`, as the login of one role sees it. One row with one
 * column `snapshot`, JSON.
 */
export const snapshotQuery = `select pg_catalog.json_build_object(
  'version', 1,
  'database', pg_catalog.current_database(),
  'searchPath', pg_catalog.current_schemas(false),
  'relations', array(select ${relationSql(columnsSql('true'))} from ${relationFrom}
    where not ${oneOf('c.relkind', ['t', 'c'])} and c.relpersistence operator(pg_catalog.<>) 't'
      and not (c.relkind ${is} 'i' and n.nspname ${is} 'pg_catalog')
      and n.nspname operator(pg_catalog.<>) 'pg_toast'),
  'functions', array(select pg_catalog.json_build_object('signature', ${signatureSql},
      'name', p.proname, 'schema', n.nspname, 'takesRow', ${takesRowSql})
    from ${functionFrom} where ${outside} and n.nspname operator(pg_catalog.<>) 'information_schema'),
  'types', array(select pg_catalog.json_build_object('schema', n.nspname, 'name', t.typname)
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
    where t.typcategory operator(pg_catalog.<>) 'A' and n.nspname !~ '^pg_(toast|temp)'
      and not (t.typrelid operator(pg_catalog.<>) 0 and n.nspname ${is} 'pg_catalog')
      and n.nspname operator(pg_catalog.<>) 'information_schema'),
  'operators', array(select pg_catalog.json_build_object('schema', n.nspname, 'name', o.oprname)
    from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid ${is} o.oprnamespace
    where ${outside})) as snapshot`
