import { argumentTypesSql } from './signature.ts'

/** SQL here names everything with `pg_catalog`, so that nothing of a session's search path can stand in its way. */
export const is = 'operator(pg_catalog.=)'
export const isNot = 'operator(pg_catalog.<>)'
export const joined = 'operator(pg_catalog.||)'
export const oneOf = (column: string, values: readonly string[], type = '"char"') =>
  `${column} ${is} any (array[${values.map(value => `'${value}'`).join(', ')}]::pg_catalog.${type}[])`
/** Whether there is a row. No EXISTS, which the planner may answer by reading the whole of a catalog. */
export const some = (rows: string) => `(select true from ${rows} limit 1)`
/** Made by a user or an extension, not by `initdb`. What is PostgreSQL's own is asked for by its name and not looked into. */
export const foreign = (oid: string) => `${oid} operator(pg_catalog.>=) 16384::pg_catalog.oid`
const bit = (column: string, value: number) => `(${column} operator(pg_catalog.&) ${value}::pg_catalog.int2) ${isNot} 0`

/** Most relations that one text may reach, by name and behind its names. Beyond it nothing is decided. */
export const maxReached = 1_000
/** Most functions, relations and types that all of their definitions may name. The planner counts on them too: without, it compiles. */
const bounds = { relations: maxReached, references: 5_000, types: 500 }
type Bounds = typeof bounds
/** Of a snapshot, which holds everything. */
export const wholeDatabase: Bounds = { relations: 500_000, references: 5_000_000, types: 1_000_000 }

const kinds = { r: 'table', v: 'view', m: 'materialized view', i: 'index', S: 'sequence', f: 'foreign table' } as const
const otherKinds = { c: 'composite type', t: 'toast table' } as const

/** `pg_class.relkind` in words. What is partitioned, table or index, is a `partitioned table`. */
export const relationKind = `case
  ${Object.entries({ ...kinds, ...otherKinds })
    .map(([kind, word]) => `when c.relkind ${is} '${kind}' then '${word}'`)
    .join('\n  ')}
  else 'partitioned table' end`

/** A schema as the operation's catalog spells it: the session's own temporary objects stand in `pg_temp`, whatever number it has. */
export const schemaSql = `case when n.oid ${is} pg_catalog.pg_my_temp_schema() then 'pg_temp'::pg_catalog.name else n.nspname end`

/** A relation as other relations call it. */
export const keySql = `pg_catalog.quote_ident((${schemaSql})::pg_catalog.text) ${joined} '.' ${joined} pg_catalog.quote_ident(c.relname::pg_catalog.text)`
export const relationFrom = `pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid ${is} c.relnamespace`

/** A part of a signature; quoted where it could be mistaken for more than one. */
export const plainly = (name: string) => `case when ${name} operator(pg_catalog.~) '[."(),]'
  then pg_catalog.quote_ident(${name}::pg_catalog.text) else ${name}::pg_catalog.text end`

/** A function as the operation's catalog spells it; `p` is its pg_proc, `n` its pg_namespace. */
export const signatureSql = `${plainly('n.nspname')} ${joined} '.' ${joined} ${plainly('p.proname')}
  ${joined} '(' ${joined} ${argumentTypesSql('p')} ${joined} ')'`

export const functionFrom = `pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid ${is} p.pronamespace`

/** What a policy may know of a function that is not PostgreSQL's own. */
export const routineSql = `pg_catalog.json_build_object(
  'schema', n.nspname, 'name', p.proname,
  'signature', ${plainly('p.proname')} ${joined} '(' ${joined} ${argumentTypesSql('p')} ${joined} ')',
  'volatility', case when p.provolatile ${is} 'i' then 'immutable' when p.provolatile ${is} 's' then 'stable' else 'volatile' end,
  'language', (select l.lanname from pg_catalog.pg_language l where l.oid ${is} p.prolang),
  'securityDefiner', p.prosecdef,
  'extension', (select x.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension x on x.oid ${is} d.refobjid
    where d.classid ${is} 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid ${is} p.oid and d.objsubid ${is} 0
      and d.refclassid ${is} 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype ${is} 'e' limit 1),
  'least', p.pronargs operator(pg_catalog.-) p.pronargdefaults
    operator(pg_catalog.-) case when p.provariadic ${is} 0::pg_catalog.oid then 0 else 1 end,
  'most', case when p.provariadic ${is} 0::pg_catalog.oid then p.pronargs end)`

/** Objects that a stored expression names, by their OIDs. */
const named = (body: string, words: readonly string[]) =>
  `pg_catalog.unnest(array(select m.g[1] ${joined} ' ' ${joined} m.g[2]
    from pg_catalog.regexp_matches(${body}, ':(${words.join('|')}) (\\d+)', 'g') as m(g))) as w(pair)`
const word = `pg_catalog.split_part(w.pair, ' ', 1)`
const oidOf = `pg_catalog.split_part(w.pair, ' ', 2)::pg_catalog.oid`
const functionWords = ['funcid', 'opfuncid', 'aggfnoid', 'winfnoid', 'tsmhandler', 'hashfuncid', 'negfuncid']
const operatorWords = ['eqop', 'sortop']
const typeWords = ['resulttype']

/** Before PostgreSQL 16 the columns of a sampled table stand behind the sample's arguments; so all of its columns count. */
const sampled = ':relid (\\d+) :relkind . :rellockmode \\d+ :tablesample \\{'

/**
 * Tables whose rows a query locks: by the privilege it takes, where nothing stands in between, and by its lock on the table,
 * which a sample's arguments do not hide.
 */
const lockedOids = (
  body: string,
) => `pg_catalog.regexp_matches(${body}, ':relid (\\d+)[^{}]*?:requiredPerms (\\d+)', 'g') as m(g)
      where ${body} operator(pg_catalog.~) 'ROWMARKCLAUSE' and (m.g[2]::pg_catalog.int8 operator(pg_catalog.&) 4::pg_catalog.int8) ${isNot} 0::pg_catalog.int8
    union all select m.g[1] from pg_catalog.regexp_matches(${body}, ':relid (\\d+)[^{}]*?:rellockmode 2 ', 'g') as m(g)
      where ${body} operator(pg_catalog.~) 'ROWMARKCLAUSE'`

/** Columns are numbered from `FirstLowInvalidHeapAttributeNumber`, -7; 7 is the whole row. */
const shownOid = `pg_catalog.split_part(w.pair, ' ', 1)::pg_catalog.oid`

/** A row for each; forced to go by the index on what it is correlated with, not by the whole of a catalog. */
const each = (rows: string) => `cross join lateral (${rows} offset 0)`

const viewBody = `select u.ev_action::pg_catalog.text as body from pg_catalog.pg_rewrite u
  where u.ev_class ${is} r.oid and u.rulename ${is} '_RETURN'`
const policyBody = `select pg_catalog.concat(y.polqual::pg_catalog.text, y.polwithcheck::pg_catalog.text) as body
  from pg_catalog.pg_policy y where y.polrelid ${is} r.oid and c.relrowsecurity`
const isTable = oneOf('c.relkind', ['r', 'p', 'f'])

/** Foreign keys that refer to `r` and whose action reaches rows of the referring table. By their triggers on `r`, which have an index. */
const referring = `select distinct k.conrelid as oid, k.confdeltype, k.confupdtype, k.conkey, k.confkey
  from pg_catalog.pg_trigger t join pg_catalog.pg_constraint k on k.oid ${is} t.tgconstraint
  where t.tgrelid ${is} r.oid and k.confrelid ${is} r.oid and k.contype ${is} 'f'
    and (${oneOf('k.confdeltype', ['c', 'n', 'd'])} or ${oneOf('k.confupdtype', ['c', 'n', 'd'])})`

const inCatalog = (column: string, catalog: string) => `${column} ${is} 'pg_catalog.${catalog}'::pg_catalog.regclass`

/** Sequences that the defaults of `r` draw from, but for its own: those are a part of it, as they are of the table that it is a partition of. */
const drawn = `select s.oid from pg_catalog.pg_attrdef d
  join pg_catalog.pg_depend p on ${inCatalog('p.classid', 'pg_attrdef')} and p.objid ${is} d.oid and ${inCatalog('p.refclassid', 'pg_class')}
  join pg_catalog.pg_class s on s.oid ${is} p.refobjid and s.relkind ${is} 'S'
  where d.adrelid ${is} r.oid and ${some(`pg_catalog.pg_depend o where ${inCatalog('o.classid', 'pg_class')} and o.objid ${is} s.oid
    and ${inCatalog('o.refclassid', 'pg_class')} and ${oneOf('o.deptype', ['a', 'i'])} and (o.refobjid ${is} r.oid or o.refobjid ${is} any (
      select a.relid::pg_catalog.oid from pg_catalog.pg_partition_ancestors(r.oid::pg_catalog.regclass) as a(relid)))`)} is null`

/** `nextval` of a constant: its sequence is known by its dependency, so the function need not be asked. */
const nextval = ':funcid 1574 '
const defaultBody = `case when d.adbin::pg_catalog.text operator(pg_catalog.~) '${nextval}(?![^{}]*:args \\(\\{CONST :consttype 2205 )' then d.adbin::pg_catalog.text
  else pg_catalog.replace(d.adbin::pg_catalog.text, '${nextval}', ':draws ') end`

/** One step: what a view or a policy reads, children but for those of other sessions, and on writes the tables that cascades reach. */
const step = `select ${oidOf} as oid from (${viewBody} union all ${policyBody}) b cross join lateral ${named('b.body', ['relid'])}
  union all select h.inhrelid from pg_catalog.pg_inherits h join pg_catalog.pg_class i on i.oid ${is} h.inhrelid
    where h.inhparent ${is} r.oid and c.relhassubclass and ${isTable}
      and (i.relpersistence ${isNot} 't' or i.relnamespace ${is} pg_catalog.pg_my_temp_schema())
  union all select f.oid from (${referring}) f where r.writes and c.relhastriggers
  union all select f.oid from (${drawn}) f where r.writes`

/**
 * CTEs over `root(oid, writes)`: everything that is reached from these relations, and what runs where it is read or
 * written. `node` holds each relation's key and JSON, `used` every function.
 */
export const reachCtes = ({ relations, references, types }: Bounds = bounds) => `reach(oid, writes) as (
    select o.oid, o.writes from root o where o.oid is not null
    union
    select e.oid, r.writes from (reach r join pg_catalog.pg_class c on c.oid ${is} r.oid and ${foreign('c.oid')}) ${each(step)} e
    where e.oid ${isNot} r.oid and e.oid ${isNot} 0::pg_catalog.oid
  ), reached as materialized (
    select x.oid, pg_catalog.bool_or(x.writes) as writes from (select y.oid, y.writes from reach y limit ${2 * relations + 1}) x group by x.oid
  ), r as materialized (
    select c.oid, ${foreign('c.oid')} as looked, ${foreign('c.oid')} and c.oid ${is} any (array(select x.oid from reached x where x.writes)) as writes, c.relkind, c.relrowsecurity, c.relhasrules, c.relhastriggers, c.relhassubclass, c.relhasindex,
      ${keySql} as key, ${schemaSql} as nspname, c.relname, ${relationKind} as kind
    from ${relationFrom} where c.oid ${is} any (array(select x.oid from reached x))
  ), tree(rel, phase, body) as (
    select r.oid, case when r.relkind ${is} 'v' then 'read' when r.writes then 'refresh' else 'stored' end, b.body from r ${each(viewBody)} b where r.looked and r.relhasrules
    union all select r.oid, 'read', b.body from r join lateral (select r.relrowsecurity) c(relrowsecurity) on true ${each(policyBody)} b where r.looked and r.relrowsecurity
    union all select r.oid, case when b.attgenerated::pg_catalog.text ${is} 'v' then 'read' else 'write' end, b.body
      from r ${each(`select ${defaultBody} as body, a.attgenerated from pg_catalog.pg_attrdef d
        join pg_catalog.pg_attribute a on a.attrelid ${is} d.adrelid and a.attnum ${is} d.adnum where d.adrelid ${is} r.oid`)} b
      where r.looked and (r.writes or b.attgenerated::pg_catalog.text ${is} 'v')
    union all select r.oid, 'write', b.body
      from r ${each(`select k.conbin::pg_catalog.text as body from pg_catalog.pg_constraint k where k.conrelid ${is} r.oid and k.contype ${is} 'c'`)} b where r.writes
    union all select r.oid, 'write', b.body
      from r ${each(`select pg_catalog.concat(i.indexprs::pg_catalog.text, i.indpred::pg_catalog.text) as body from pg_catalog.pg_index i where i.indrelid ${is} r.oid`)} b
      where r.writes and r.relhasindex
  ), ref(rel, phase, word, oid) as materialized (
    select distinct t.rel, t.phase, ${word}, ${oidOf}
    from tree t cross join lateral ${named('t.body', ['relid', ...functionWords, ...operatorWords, ...typeWords])} limit ${references + 1}
  ), shown(rel, oid, number) as materialized (
    select distinct t.rel, ${shownOid}, b.bit::pg_catalog.int2 operator(pg_catalog.-) 7
    from (select t.rel, t.body from tree t where t.phase ${isNot} 'write') t cross join lateral pg_catalog.unnest(array(
        select m.g[1] ${joined} ' ' ${joined} m.g[2]
        from pg_catalog.regexp_matches(t.body, ':relid (\\d+)[^{}]*?:selectedCols \\(b([ \\d]*)\\)', 'g') as m(g)
        union all select m.g[1] ${joined} ' 7' from pg_catalog.regexp_matches(t.body, '${sampled}', 'g') as m(g))) as w(pair)
      cross join lateral pg_catalog.unnest((pg_catalog.string_to_array(w.pair, ' '))[2:]) as b(bit)
    where b.bit ${isNot} '' limit ${references + 1}
  ), typed(rel, phase, oid) as (
    select f.rel, f.phase, f.oid from ref f where ${oneOf('f.word', typeWords, 'text')} and ${foreign('f.oid')}
    union select r.oid, 'write', a.oid from r ${each(`select a.atttypid as oid from pg_catalog.pg_attribute a
      where a.attrelid ${is} r.oid and a.attnum operator(pg_catalog.>) 0 and not a.attisdropped and ${foreign('a.atttypid')}`)} a where r.writes and r.relkind ${isNot} 'm'
    union select null, w.written, w.oid from type_root w where ${foreign('w.oid')}
  ), type_reach(rel, phase, oid) as (
    select d.rel, d.phase, d.oid from typed d
    union
    select d.rel, d.phase, e.oid from type_reach d ${each(`select s.oid from pg_catalog.pg_type t cross join lateral
        pg_catalog.unnest(array[t.typbasetype, t.typelem] operator(pg_catalog.||) array(select a.atttypid from pg_catalog.pg_attribute a
          where a.attrelid ${is} t.typrelid and t.typtype ${is} 'c' and a.attnum operator(pg_catalog.>) 0 and not a.attisdropped)
          operator(pg_catalog.||) array(select g.rngsubtype from pg_catalog.pg_range g where g.rngtypid ${is} t.oid)) as s(oid)
      where t.oid ${is} d.oid and ${foreign('s.oid')}`)} e
  ), type_found(rel, phase, oid) as materialized (
    select d.rel, d.phase, d.oid from type_reach d limit ${types + 1}
  ), type_function(rel, phase, oid) as (
    select d.rel, d.phase, e.oid from type_found d ${each(`select s.oid from pg_catalog.pg_type t cross join lateral
        pg_catalog.unnest(array[t.typinput::pg_catalog.oid, t.typreceive::pg_catalog.oid, t.typmodin::pg_catalog.oid]) as s(oid)
      where t.oid ${is} d.oid and ${foreign('s.oid')}
      union all select k.castfunc from pg_catalog.pg_cast k where (k.castsource ${is} d.oid or k.casttarget ${is} d.oid) and ${foreign('k.castfunc')}
      union all select g.rngcanonical::pg_catalog.oid from pg_catalog.pg_range g where g.rngtypid ${is} d.oid and ${foreign('g.rngcanonical::pg_catalog.oid')}`)} e
    union all select d.rel, d.phase, ${oidOf} from (select d.rel, d.phase, pg_catalog.concat((select pg_catalog.string_agg(k.conbin::pg_catalog.text, '')
        from pg_catalog.pg_constraint k where k.contypid ${is} t.oid), case when d.rel is not null and d.phase ${is} 'write' then t.typdefaultbin::pg_catalog.text end) as body
      from type_found d join pg_catalog.pg_type t on t.oid ${is} d.oid and t.typtype ${is} 'd') d cross join lateral ${named('d.body', functionWords)}
  ), used(rel, phase, oid) as materialized (
    select x.rel, x.phase, x.oid from (select f.rel, f.phase, f.oid from ref f where ${oneOf('f.word', functionWords, 'text')} and f.phase ${isNot} 'stored'
    union select f.rel, f.phase, o.oprcode::pg_catalog.oid from ref f join pg_catalog.pg_operator o on o.oid ${is} f.oid
      where ${oneOf('f.word', operatorWords, 'text')} and ${foreign('f.oid')} and f.phase ${isNot} 'stored'
    union select d.rel, d.phase, d.oid from type_function d where d.phase ${isNot} 'stored') x limit ${references + 1}
  ), fired(rel, name, type, oid) as (
    select r.oid, b.tgname, b.tgtype, b.oid from r ${each(`select t.tgname, t.tgtype, s.oid::pg_catalog.oid from pg_catalog.pg_trigger t
      join pg_catalog.pg_proc p on p.oid ${is} t.tgfoid
      cross join lateral (select t.tgfoid union select ${oidOf} from ${named('t.tgqual::pg_catalog.text', functionWords)}) as s(oid)
      where t.tgrelid ${is} r.oid and t.tgenabled ${isNot} 'D'
        and not (t.tgisinternal and p.pronamespace ${is} 'pg_catalog'::pg_catalog.regnamespace)`)} b
    where r.writes and r.relhastriggers
  ), signed(oid, signature, routine) as materialized (
    select p.oid, ${signatureSql}, case when ${foreign('p.oid')} or n.nspname ${isNot} 'pg_catalog' then ${routineSql} end from ${functionFrom}
    where p.oid ${is} any (array(select u.oid from used u union select f.oid from fired f union select d.oid from candidate d
      union select d.oid from chosen d union select d.oid from type_function d where d.rel is null))
  ), runs(rel, phase, list) as materialized (
    select u.rel, u.phase, pg_catalog.json_agg(distinct s.signature order by s.signature)
    from (select u.rel, case when u.phase ${is} 'refresh' then 'write' else u.phase end as phase, u.oid from used u) u join signed s on s.oid ${is} u.oid
    group by u.rel, u.phase
  )`

/** What runs where a relation is read, or written. */
const runs = (phase: string) => `(select u.list from runs u where u.rel ${is} r.oid and u.phase ${is} '${phase}')`

const keys = (rows: string) =>
  `(select pg_catalog.json_agg(distinct o.key order by o.key) from (${rows}) e join r o on o.oid ${is} e.oid)`

const events = `pg_catalog.array_remove(array[case when ${bit('f.type', 4)} then 'insert' end, case when ${bit('f.type', 16)} then 'update' end,
  case when ${bit('f.type', 8)} then 'delete' end, case when ${bit('f.type', 32)} then 'truncate' end], null)`

/** Whether something was left out. */
export const beyondSql = `(select pg_catalog.count(*) from r) operator(pg_catalog.>) ${bounds.relations}
  or ${['ref', 'shown', 'used']
    .map(name => `(select pg_catalog.count(*) from ${name}) operator(pg_catalog.>) ${bounds.references}`)
    .join(' or ')}
  or (select pg_catalog.count(*) from type_found) operator(pg_catalog.>) ${bounds.types}`

/** The table of an index. */
export const indexedTable = `(select ic.relname from pg_catalog.pg_index i
  join pg_catalog.pg_class ic on ic.oid ${is} i.indrelid where i.indexrelid ${is} r.oid)`

/** Columns of `r` in attribute order. */
export const columnsSql = (condition: string) => `array(select a.attname from pg_catalog.pg_attribute a
    where a.attrelid ${is} r.oid and a.attnum operator(pg_catalog.>) 0 and not a.attisdropped and ${condition}
    order by a.attnum)`

/** A relation as the operation's catalog holds it; `r` is a row of that CTE. */
export const nodeSql = (columns: string) => `pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
  'schema', r.nspname, 'name', r.relname, 'kind', r.kind,
  'columns', ${columns},
  'table', ${indexedTable},
  'rules', case when r.looked and r.relhasrules then (select pg_catalog.json_agg(distinct
      case when w.ev_type ${is} '2' then 'update' when w.ev_type ${is} '3' then 'insert' else 'delete' end)
    from pg_catalog.pg_rewrite w where w.ev_class ${is} r.oid and w.ev_type ${isNot} '1' and w.ev_enabled ${isNot} 'D') end,
  'reads', case when r.looked and (${oneOf('r.relkind', ['v', 'm'])} or r.relrowsecurity) then
    (select coalesce(pg_catalog.json_object_agg(o.key, array(
        select a.attname::pg_catalog.text from shown h join pg_catalog.pg_attribute a on a.attrelid ${is} o.oid and a.attnum ${is} h.number
          where h.rel ${is} r.oid and h.oid ${is} o.oid and h.number ${isNot} 0
        union select a.attname::pg_catalog.text from shown h join pg_catalog.pg_attribute a on a.attrelid ${is} o.oid
            and a.attnum operator(pg_catalog.>) 0 and not a.attisdropped
          where h.rel ${is} r.oid and h.oid ${is} o.oid and h.number ${is} 0)), '{}'::pg_catalog.json)
      from (select distinct f.oid from ref f where f.rel ${is} r.oid and f.word ${is} 'relid' and f.oid ${isNot} r.oid) e join r o on o.oid ${is} e.oid) end,
  'locks', case when r.looked and (r.relhasrules or r.relrowsecurity) then
    ${keys(`select w.oid::pg_catalog.oid from tree t cross join lateral (select m.g[1] as oid from ${lockedOids('t.body')}) w where t.rel ${is} r.oid and t.phase ${isNot} 'write'`)} end,
  'children', case when r.looked and r.relhassubclass and ${oneOf('r.relkind', ['r', 'p', 'f'])} then
    ${keys(`select h.inhrelid as oid from pg_catalog.pg_inherits h where h.inhparent ${is} r.oid`)} end,
  'sequences', case when r.writes then ${keys(drawn)} end,
  'referring', case when r.writes and r.relhastriggers then (select pg_catalog.json_agg(distinct pg_catalog.jsonb_build_object(
      'on', a.event, 'action', a.action, 'relation', o.key, 'columns', array(
        select k.attname::pg_catalog.text from pg_catalog.pg_attribute k where k.attrelid ${is} e.oid and k.attnum ${is} any (e.conkey) order by k.attnum),
      'key', case when a.event ${is} 'update' and ${some(`pg_catalog.pg_attribute k where k.attrelid ${is} r.oid and k.attnum ${is} any (e.confkey)
        and k.attgenerated ${isNot} ''`)} is null then array(select k.attname::pg_catalog.text from pg_catalog.pg_attribute k
        where k.attrelid ${is} r.oid and k.attnum ${is} any (e.confkey) order by k.attnum) end))
    from (${referring}) e join r o on o.oid ${is} e.oid
    cross join lateral (values
      ('delete', case when e.confdeltype ${is} 'c' then 'delete' when ${oneOf('e.confdeltype', ['n', 'd'])} then 'update' end),
      ('update', case when ${oneOf('e.confupdtype', ['c', 'n', 'd'])} then 'update' end)) as a(event, action)
    where a.action is not null) end,
  'triggers', (select pg_catalog.json_agg(pg_catalog.jsonb_build_object('on', s.events, 'instead', s.instead, 'runs', s.runs) order by s.name)
    from (select f.name, pg_catalog.array_to_json(${events}) as events, ${bit('f.type', 64)} as instead,
      (select pg_catalog.json_agg(distinct s.signature order by s.signature) from fired g join signed s on s.oid ${is} g.oid
        where g.rel ${is} r.oid and g.name ${is} f.name) as runs from (select distinct f.name, f.type from fired f where f.rel ${is} r.oid) f) s),
  'runs', ${runs('read')}, 'runsOnWrite', ${runs('write')}))`
