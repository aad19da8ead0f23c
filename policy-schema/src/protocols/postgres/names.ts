import type { Node } from '@pgsql/types'

/** Keywords that `quote_ident` quotes: every one that is not unreserved. Source: `pg_get_keywords()` of PostgreSQL 18. */
const quotedKeywords = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character 
check coalesce collate collation column concurrently constraint create cross current_catalog current_date current_role 
current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists 
extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in initially inner inout int 
integer intersect interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query 
json_scalar json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp merge_action 
national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing 
position precision primary real references returning right row select session_user setof similar smallint some substring 
symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user using values varchar 
variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi 
xmlroot xmlserialize xmltable`.split(/\s+/),
)

/** A name as PostgreSQL's `quote_ident` writes it. */
export function quoteIdent(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !quotedKeywords.has(name)) return name
  return `"${name.replaceAll('"', '""')}"`
}

/** A dotted name as written: each part by `quoteIdent`. */
export function writtenName(parts: readonly string[]): string {
  return parts.map(quoteIdent).join('.')
}

/** The parts of a name made by `writtenName`. */
export function nameParts(written: string): readonly string[] {
  const parts: string[] = []
  for (const [, quoted, plain] of written.matchAll(/(?:"((?:[^"]|"")*)"|([^".]+))(?:\.|$)/g)) {
    parts.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
  }
  return parts
}

/** The texts of a list of String nodes; `undefined` where the list holds anything else. */
export function texts(nodes: readonly Node[] | undefined): readonly string[] | undefined {
  const found: string[] = []
  for (const node of nodes ?? []) {
    if (!('String' in node)) return undefined
    found.push(node.String.sval ?? '')
  }
  return found
}
