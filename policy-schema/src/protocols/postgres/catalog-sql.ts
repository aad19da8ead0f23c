import {
  beyondSql,
  columnsSql,
  foreign,
  functionFrom,
  indexedTable,
  is,
  isNot,
  joined,
  keySql,
  nodeSql,
  oneOf,
  plainly,
  reachCtes,
  relationFrom,
  relationKind,
  schemaSql,
  signatureSql,
  some,
} from './reach-sql.ts'

/** What an OID, its one parameter, stands for among functions. One row with one column, JSON; `null`: nothing. */
export const functionQuery = `select coalesce((select pg_catalog.to_json(${signatureSql})
  from ${functionFrom} where p.oid ${is} $1::pg_catalog.oid), 'null'::pg_catalog.json) as function`

/** What `row.name` may call: one argument suffices, and the first takes a row, or what a row is cast to without being asked. */
export const takesRowSql = `p.pronargs operator(pg_catalog.>=) 1
  and p.pronargs operator(pg_catalog.-) p.pronargdefaults operator(pg_catalog.<=) 1
  and coalesce((select true from pg_catalog.pg_type f where f.oid ${is} (p.proargtypes::pg_catalog.oid[])[
    pg_catalog.array_lower(p.proargtypes::pg_catalog.oid[], 1)] and (${oneOf('f.typtype', ['c', 'p', 'd'])}
      or f.oid ${is} any (select k.casttarget from pg_catalog.pg_cast k join pg_catalog.pg_type s on s.oid ${is} k.castsource
        where k.castcontext ${is} 'i' and s.typtype ${is} 'c'))), false)`

const inSchema = `n.nspname ${is} w.parts[1]::pg_catalog.name`
/** What `pg_temp` stands for, as everywhere but before a function. */
const inOwnSchema = `(${inSchema} or (w.parts[1] ${is} 'pg_temp' and n.oid ${is} pg_catalog.pg_my_temp_schema()))`

/** Whether a name's parts, in `w.parts`, mean an object of this name in the schema `n`, or which the session sees. */
const means = (name: string, schema: string, visible: string) =>
  `${name} ${is} w.parts[pg_catalog.cardinality(w.parts)]::pg_catalog.name
    and case when pg_catalog.cardinality(w.parts) ${is} 1 then ${visible} else ${schema} end`

const parts = (parameter: string, name = 'u.written') =>
  `(select u.written, pg_catalog.parse_ident(${name}) as parts
    from pg_catalog.unnest(${parameter}::pg_catalog.text[]) as u(written)) as w`

/**
 * Functions that a bare name may mean. Of one signature the first of the search path is the visible one, but a call with
 * fewer arguments, or more, goes by one behind it that has defaults or is variadic.
 */
const reachable = `(pg_catalog.pg_function_is_visible(p.oid)
  or ((p.pronargdefaults operator(pg_catalog.>) 0 or p.provariadic operator(pg_catalog.<>) 0)
    and n.nspname ${is} any (pg_catalog.current_schemas(true))))`

/** A type of the name makes `name(x)` a cast, before the functions are looked at; a composite type does not. */
export const typeName = `${plainly(`(${schemaSql})`)} ${joined} '.' ${joined} ${plainly('t.typname')}`

const wantedColumns = `case when pg_catalog.cardinality($5::pg_catalog.text[]) operator(pg_catalog.>) 0
  and r.oid ${is} any (array(select o.oid from root o)) then
  ${columnsSql(`('*' ${is} any ($5::pg_catalog.text[]) or a.attname ${is} any ($5::pg_catalog.text[]::pg_catalog.name[])
    or ${some(`candidate d where d.written operator(pg_catalog.~~) '.%'`)})`)} end`

export const outside = `n.nspname ${isNot} 'pg_catalog'`

/** What each name means: relations, types, operators and functions. */
const meanings = `root as materialized (
    select w.written, w.written ${is} any ($6::pg_catalog.text[]) as writes,
      (select c.oid from ${relationFrom} where ${means('c.relname', inOwnSchema, 'pg_catalog.pg_table_is_visible(c.oid)')} limit 1) as oid
    from ${parts('$1')}
  ), type_root as materialized (
    select w.written, w.asked, t.oid, t.name from (
        select w.written, w.parts, true as asked from ${parts('$4')}
        union all select w.written, w.parts, false from ${parts('$2', "pg_catalog.ltrim(u.written, '.')")} where w.written operator(pg_catalog.!~~) '.%') w
      left join lateral (select t.oid, ${typeName} as name from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
        where ${means('t.typname', inOwnSchema, 'pg_catalog.pg_type_is_visible(t.oid)')} limit 1) t on true
  ), chosen(symbol, oid) as materialized (
    select o.oprname, o.oprcode::pg_catalog.oid from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid ${is} o.oprnamespace
    where o.oprname ${is} any ($3::pg_catalog.text[]::pg_catalog.name[]) and ${outside} and pg_catalog.pg_operator_is_visible(o.oid)
  ), candidate(written, oid) as materialized (
    select w.written, p.oid from ${parts('$2', "pg_catalog.ltrim(u.written, '.')")} join (${functionFrom})
      on ${means('p.proname', inSchema, reachable)} and (w.written operator(pg_catalog.!~~) '.%' or (${takesRowSql}))
  )`

const rootColumns = `'currentSchema', pg_catalog.regexp_replace(pg_catalog.current_schema()::pg_catalog.text, '^pg_temp_\\d+$', 'pg_temp'), 'path', pg_catalog.current_schemas(true),
  'relations', coalesce((select pg_catalog.json_object_agg(o.written, r.key) from root o left join r on r.oid ${is} o.oid), '{}'::pg_catalog.json)`

const namesColumns = `'functions', coalesce((select pg_catalog.json_object_agg(w.written, array(
      select s.signature from candidate d join signed s on s.oid ${is} d.oid where d.written ${is} w.written
      union all
      select ${typeName} ${joined} '(cast)'
      from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
      where ${means('t.typname', inOwnSchema, 'pg_catalog.pg_type_is_visible(t.oid)')}
        and t.typrelid ${is} 0::pg_catalog.oid and w.written operator(pg_catalog.!~~) '.%' and ${outside}))
    from ${parts('$2', "pg_catalog.ltrim(u.written, '.')")}), '{}'::pg_catalog.json),
  'types', coalesce((select pg_catalog.json_object_agg(w.written, w.name) from type_root w where w.asked), '{}'::pg_catalog.json)`

/**
 * Resolves written names as the session would, and what is behind them: parameters are `SqlNames` as `text[]`, in the order
 * relations, functions, operators, types, columns, written. One row with one column `catalog`, JSON. PostgreSQL 13 to 18. It
 * raises no error for a schema that the session may not use.
 */
export const catalogQuery = `with recursive ${meanings}, ${reachCtes()}
  select pg_catalog.json_build_object('more', false, ${rootColumns},
  'beyond', ${beyondSql},
  'nodes', coalesce((select pg_catalog.json_object_agg(r.key, ${nodeSql(wantedColumns)}) from r), '{}'::pg_catalog.json),
  ${namesColumns},
  'operators', coalesce((select pg_catalog.json_object_agg(o.symbol, array(
      select s.signature from chosen d join signed s on s.oid ${is} d.oid where d.symbol ${is} o.symbol))
    from (select distinct d.symbol from chosen d) o), '{}'::pg_catalog.json),
  'typeFunctions', coalesce((select pg_catalog.json_object_agg(w.name, array(
      select s.signature from type_function d join signed s on s.oid ${is} d.oid where d.phase ${is} w.written))
    from (select distinct on (w.oid) w.oid, w.written, w.name from type_root w where ${foreign('w.oid')}) w), '{}'::pg_catalog.json),
  'routines', coalesce((select pg_catalog.json_object_agg(s.signature, s.routine) from signed s where s.routine is not null), '{}'::pg_catalog.json)
  ) as catalog`

/** Whether anything is behind a relation, or may run where it is read or written. */
const leadsOn = `r.looked and (${oneOf('r.relkind', ['v', 'm', 'p'])} or r.relhassubclass or r.relhasrules or r.relrowsecurity
  or r.writes and r.relchecks operator(pg_catalog.>) 0::pg_catalog.int2
  or ${some(`pg_catalog.pg_attribute a where a.attrelid ${is} r.oid and a.attnum operator(pg_catalog.>) 0::pg_catalog.int2 and not a.attisdropped
    and (a.attgenerated::pg_catalog.text ${is} 'v' or r.writes and (a.atthasdef or ${foreign('a.atttypid')}))`)}
  or r.writes and r.relhasindex and ${some(`pg_catalog.pg_index i where i.indrelid ${is} r.oid and (i.indexprs is not null or i.indpred is not null)`)}
  or r.writes and r.relhastriggers and ${some(`pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid ${is} t.tgfoid where t.tgrelid ${is} r.oid
    and not (t.tgisinternal and p.pronamespace ${is} 'pg_catalog'::pg_catalog.regnamespace
      and p.proname operator(pg_catalog.!~) '^RI_FKey_(?:cascade|setnull|setdefault)')`)})`

const isOutside = (oid: string) => `${foreign(oid)} or p.pronamespace ${isNot} 'pg_catalog'::pg_catalog.regnamespace`

/**
 * The same where nothing is behind the names, at a fraction of the cost: `more` says that `catalogQuery` has to be asked, and
 * such a row is no catalog.
 */
export const plainCatalogQuery = `with ${meanings}, r as materialized (
    select c.oid, ${foreign('c.oid')} as looked, c.oid ${is} any (array(select o.oid from root o where o.writes)) as writes,
      c.relkind, c.relrowsecurity, c.relhasrules, c.relhastriggers, c.relhassubclass, c.relhasindex, c.relchecks,
      ${keySql} as key, ${schemaSql} as nspname, c.relname, ${relationKind} as kind
    from ${relationFrom} where c.oid ${is} any (array(select o.oid from root o))
  ), signed(oid, signature) as materialized (
    select p.oid, ${signatureSql} from ${functionFrom} where p.oid ${is} any (array(select d.oid from candidate d))
  )
  select pg_catalog.json_build_object('more', coalesce(${some(`r where ${leadsOn}`)}, ${some('chosen')},
      ${some(`type_root w where ${foreign('w.oid')}`)},
      ${some(`candidate d join pg_catalog.pg_proc p on p.oid ${is} d.oid where ${isOutside('p.oid')}`)}, false), ${rootColumns},
  'beyond', false,
  'nodes', coalesce((select pg_catalog.json_object_agg(r.key, pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
      'schema', r.nspname, 'name', r.relname, 'kind', r.kind, 'columns', ${wantedColumns}, 'table', ${indexedTable}))) from r), '{}'::pg_catalog.json),
  ${namesColumns},
  'operators', '{}'::pg_catalog.json, 'typeFunctions', '{}'::pg_catalog.json, 'routines', '{}'::pg_catalog.json) as catalog`
