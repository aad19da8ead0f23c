import { outside, takesRowSql, typeName } from './catalog-sql.ts'
import {
  columnsSql,
  foreign,
  functionFrom,
  is,
  isNot,
  nodeSql,
  oneOf,
  reachCtes,
  relationFrom,
  wholeDatabase,
} from './reach-sql.ts'

const notInformation = `n.nspname ${isNot} 'information_schema'`

/**
 * Everything that a snapshot holds, for `cedargate snapshot pull`, as the login of one role sees it. One row with one
 * column `snapshot`, JSON.
 */
export const snapshotQuery = `with recursive root(oid, writes) as materialized (
    select c.oid, true from ${relationFrom}
    where not ${oneOf('c.relkind', ['t', 'c'])} and c.relpersistence ${isNot} 't'
      and not (c.relkind ${is} 'i' and n.nspname ${is} 'pg_catalog') and n.nspname ${isNot} 'pg_toast'
  ), type_root(written, oid, name) as materialized (
    select ${typeName}, t.oid, ${typeName} from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
    where t.typcategory ${isNot} 'A' and ${outside} and n.nspname operator(pg_catalog.!~) '^pg_(toast|temp)' and ${notInformation}
  ), candidate(written, oid) as materialized (
    select p.proname::pg_catalog.text, p.oid from ${functionFrom} where ${outside} and ${notInformation}
  ), chosen(symbol, oid) as materialized (
    select o.oprname, o.oprcode::pg_catalog.oid from pg_catalog.pg_operator o
    join pg_catalog.pg_namespace n on n.oid ${is} o.oprnamespace where ${outside}
  ), ${reachCtes(wholeDatabase)}
  select pg_catalog.json_build_object(
  'version', 1,
  'database', pg_catalog.current_database(),
  'searchPath', pg_catalog.current_schemas(false),
  'relations', array(select ${nodeSql(columnsSql('true'))} from r),
  'functions', array(select pg_catalog.json_build_object('signature', s.signature,
      'name', p.proname, 'schema', n.nspname, 'takesRow', ${takesRowSql})
    from candidate d join signed s on s.oid ${is} d.oid join (${functionFrom}) on p.oid ${is} d.oid),
  'routines', coalesce((select pg_catalog.json_object_agg(s.signature, s.routine) from signed s where s.routine is not null), '{}'::pg_catalog.json),
  'types', array(select pg_catalog.json_build_object('schema', n.nspname, 'name', t.typname,
      'functions', case when ${foreign('t.oid')} then array(select s.signature from type_function f join signed s on s.oid ${is} f.oid
        where f.rel is null and f.phase ${is} (${typeName})) end)
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid ${is} t.typnamespace
    where t.typcategory ${isNot} 'A' and n.nspname operator(pg_catalog.!~) '^pg_(toast|temp)'
      and not (t.typrelid ${isNot} 0::pg_catalog.oid and n.nspname ${is} 'pg_catalog') and ${notInformation}),
  'operators', array(select pg_catalog.json_build_object('schema', n.nspname, 'name', o.oprname, 'functions', array[s.signature])
    from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid ${is} o.oprnamespace
    join signed s on s.oid ${is} o.oprcode where ${outside})) as snapshot`
