/**
 * SQL for a function's argument types, `int4,text[]`: the catalog's own type names, which no search path changes; those
 * outside `pg_catalog` with their schema.
 *
 * @param proc the alias of `pg_catalog.pg_proc`
 */
export function argumentTypesSql(proc: string): string {
  return `coalesce((
      select pg_catalog.string_agg(
        case when tn.nspname operator(pg_catalog.=) 'pg_catalog' then '' else tn.nspname::pg_catalog.text operator(pg_catalog.||) '.' end
        operator(pg_catalog.||) coalesce(te.typname::pg_catalog.text operator(pg_catalog.||) '[]', t.typname::pg_catalog.text),
        ',' order by a.n)
      from pg_catalog.unnest(${proc}.proargtypes::pg_catalog.oid[]) with ordinality as a(type, n)
      join pg_catalog.pg_type t on t.oid operator(pg_catalog.=) a.type
      join pg_catalog.pg_namespace tn on tn.oid operator(pg_catalog.=) t.typnamespace
      left join pg_catalog.pg_type te on te.oid operator(pg_catalog.=) t.typelem and te.typarray operator(pg_catalog.=) t.oid), '')`
}
