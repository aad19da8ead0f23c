/**
 * Writes the table of PostgreSQL's built-in functions from running servers, one for each major version that matters:
 *
 *   CEDARGATE_FUNCTIONS_FROM=postgres://…,postgres://… node scripts/postgres-functions.ts
 *
 * A function that differs between versions takes the stricter reading of each. Run it again for a new major version,
 * and read the difference: what is new and volatile is asked for unless it is reviewed here.
 */
import { writeFileSync } from 'node:fs'
import { Client } from 'pg'
import { argumentTypesSql } from '../policy-schema/src/protocols/postgres/signature.ts'

interface Row {
  readonly signature: string
  readonly volatility: 'i' | 's' | 'v'
  readonly language: string
  readonly definer: boolean
  readonly most: number
  readonly defaults: number
  readonly variadic: boolean
  /** It gives a set of rows. */
  readonly set?: boolean
}

/** What a function can do beyond computing its result, by its signature. */
const tagRules: readonly (readonly [RegExp, string])[] = [
  [/^(?:pg_read_(?:binary_)?file|pg_ls_|pg_stat_file|lo_import|lo_export|pg_current_logfile)/, 'server-file'],
  [/^(?:pg_hba_file_rules|pg_ident_file_mappings|pg_show_all_file_settings|pg_rotate_logfile)/, 'server-file'],
  [/^(?:query|cursor|table|schema|database)_to_xml/, 'dynamic-sql'],
  [/^ts_stat\(|^ts_rewrite\(tsquery,text\)/, 'dynamic-sql'],
  [/^currtid/, 'dynamic-sql'],
  [/^(?:pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile|pg_promote)/, 'signal'],
  [/^pg_log_backend_memory_contexts/, 'signal'],
  [/^(?:lo_|loread|lowrite)/, 'large-object'],
  [/^set_config/, 'settings'],
  [/^pg_sleep/, 'sleep'],
  [/^(?:nextval|setval|currval|lastval|pg_sequence_last_value|pg_get_sequence_data)/, 'sequence'],
  [
    /^pg_(?:replication_|logical_|create_(?:logical|physical)_|drop_replication|copy_(?:logical|physical)_)/,
    'replication',
  ],
  [/^pg_(?:sync_replication|get_replication_slots|show_replication|stat_get_wal_senders)/, 'replication'],
  [/^pg_(?:try_)?advisory_/, 'advisory-lock'],
  [/^pg_notify/, 'notify'],
  [
    /^(?:pg_backup_|pg_start_backup|pg_stop_backup|pg_switch_wal|pg_wal_replay_|pg_create_restore_point|pg_is_in_backup)/,
    'admin',
  ],
  [
    /^(?:pg_promote|brin_(?:de)?summarize_(?:range|new)|gin_clean|pg_import_system|pg_export_snapshot|pg_stat_reset|pg_stat_force)/,
    'admin',
  ],
  [/^(?:pg_clear_|pg_restore_|binary_upgrade_|pg_extension_config|pg_nextoid|pg_stop_making|pg_control_)/, 'admin'],
  [/^pg_log_standby_snapshot/, 'admin'],
  [/^pg_stat_get_(?:activity|backend_|progress_info|wal_receiver|subscription|ssl)/, 'activity'],
  [/^pg_(?:lock_status|prepared_xact|blocking_pids|safe_snapshot|get_backend_memory|get_shmem|get_aios)/, 'activity'],
  [/^pg_input_(?:is_valid|error_info)/, 'dynamic-type'],
  [/^(?:domain|array|record|range|multirange|enum|anyarray)_(?:in|recv)\(/, 'dynamic-type'],
  [/^jsonb?_populate_record/, 'dynamic-type'], // of a column's type
]

/** Volatile only because their result changes, or because they read the state of the server: reviewed one by one. */
const harmlessVolatile = new Set([
  ...['random', 'random_normal', 'setseed', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'uuidv4', 'uuidv7'],
  ...['array_sample', 'array_shuffle', 'current_query', 'pg_is_in_recovery', 'pg_is_wal_replay_paused'],
  ...['pg_jit_available', 'pg_collation_actual_version', 'pg_database_collation_actual_version'],
  ...['pg_partition_tree', 'pg_partition_ancestors', 'pg_relation_size', 'pg_table_size', 'pg_indexes_size'],
  ...['pg_total_relation_size', 'pg_database_size', 'pg_tablespace_size', 'txid_status', 'pg_xact_status'],
  ...['pg_xact_commit_timestamp', 'pg_last_xact_replay_timestamp', 'amvalidate'],
])

const query = `
  select p.proname || '(' || ${argumentTypesSql('p')} || ')' as signature, p.provolatile as volatility,
    l.lanname as language, p.prosecdef as definer, p.pronargs::int as most, p.pronargdefaults::int as defaults,
    p.provariadic <> 0 as variadic, p.proretset as set
  from pg_proc p join pg_language l on l.oid = p.prolang
  where p.pronamespace = 'pg_catalog'::regnamespace
  order by p.oid`

async function functionsOf(url: string): Promise<readonly Row[]> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<Row>(query)
  await client.end()
  return rows
}

const computes = { volatility: 'i', language: 'internal', definer: false, defaults: 0, variadic: false } as const
const acts = { ...computes, volatility: 'v' } as const

/** What PostgreSQL 13 and 14 have and the servers at hand may lack. Source: their `pg_proc.dat`. */
const older: readonly Row[] = [
  { ...computes, signature: 'array_append(anyarray,anyelement)', most: 2 },
  { ...computes, signature: 'array_prepend(anyelement,anyarray)', most: 2 },
  { ...computes, signature: 'array_cat(anyarray,anyarray)', most: 2 },
  { ...computes, signature: 'array_position(anyarray,anyelement)', most: 2 },
  { ...computes, signature: 'array_position(anyarray,anyelement,int4)', most: 3 },
  { ...computes, signature: 'array_positions(anyarray,anyelement)', most: 2 },
  { ...computes, signature: 'array_remove(anyarray,anyelement)', most: 2 },
  { ...computes, signature: 'array_replace(anyarray,anyelement,anyelement)', most: 3 },
  { ...computes, signature: 'width_bucket(anyelement,anyarray)', most: 2 },
  { ...acts, signature: 'pg_terminate_backend(int4)', most: 1 },
  { ...acts, signature: 'pg_create_logical_replication_slot(name,name,bool)', most: 3, defaults: 1 },
  { ...acts, signature: 'pg_start_backup(text,bool,bool)', most: 3, defaults: 2 },
  { ...acts, signature: 'pg_stop_backup()', most: 0 },
  { ...acts, signature: 'pg_stop_backup(bool,bool)', most: 2, defaults: 1 },
  { ...acts, signature: 'pg_is_in_backup()', most: 0 },
  { ...acts, signature: 'pg_backup_start_time()', most: 0 },
]

const strict = { i: 0, s: 1, v: 2 }

/** Of two versions' readings of one signature, what allows less. */
function stricter(a: Row, b: Row | undefined): Row {
  if (!b) return a
  return {
    ...a,
    volatility: strict[a.volatility] >= strict[b.volatility] ? a.volatility : b.volatility,
    definer: a.definer || b.definer,
    defaults: Math.max(a.defaults, b.defaults),
    variadic: a.variadic || b.variadic,
  }
}

const tagsOf = (signature: string) =>
  [...new Set(tagRules.filter(([pattern]) => pattern.test(signature)).map(([, tag]) => tag))].sort()

const nameOf = ({ signature }: Row) => signature.slice(0, signature.indexOf('('))

function isHarmless(row: Row): boolean {
  if (/[(,]internal[,)]/.test(row.signature)) return true // no value of this type can be written in SQL
  if (tagsOf(row.signature).length > 0 || row.definer) return false
  return row.volatility !== 'v' || harmlessVolatile.has(nameOf(row))
}

/** Words in lines of about 110 characters. */
function wrapped(words: readonly string[]): string {
  const lines = ['']
  for (const word of words) {
    const last = lines[lines.length - 1] ?? ''
    if (last.length + word.length > 110) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join('\n')
}

const servers = (process.env.CEDARGATE_FUNCTIONS_FROM ?? '').split(',').filter(url => url !== '')
if (servers.length === 0) throw new Error('set CEDARGATE_FUNCTIONS_FROM to the URLs of running servers')
const merged = new Map<string, Row>(older.map(row => [row.signature, row]))
for (const url of servers) {
  for (const row of await functionsOf(url)) merged.set(row.signature, stricter(row, merged.get(row.signature)))
}
const rows = [...merged.values()].sort((a, b) => (a.signature < b.signature ? -1 : 1))
const volatility = { i: 'immutable', s: 'stable', v: 'volatile' }
const listed = rows
  .filter(row => !isHarmless(row))
  .map(row => {
    const least = row.most - row.defaults - (row.variadic ? 1 : 0)
    const most = row.variadic ? 'many' : row.most
    const definer = row.definer ? 'definer' : 'invoker'
    return `${row.signature} ${volatility[row.volatility]} ${row.language} ${definer} ${least} ${most} ${tagsOf(row.signature).join(',')}`
  })

const sets = new Set(rows.filter(({ set }) => set).map(nameOf))

writeFileSync(
  new URL('../policy-schema/src/protocols/postgres/functions-table.ts', import.meta.url),
  `// Written by scripts/postgres-functions.ts. Do not edit.

/** Signatures in \`pg_catalog\` that only compute: immutable or stable, or volatile and reviewed. */
export const harmlessFunctions = \`
${wrapped(rows.filter(isHarmless).map(row => row.signature))}
\`

/** Every other: signature, volatility, language, as whom it runs, fewest and most arguments, tags. */
export const listedFunctions = \`
${listed.map(line => line.trimEnd()).join('\n')}
\`

/** Names of those that give a set of rows. */
export const setFunctions = \`
${wrapped([...sets])}
\`
`,
)
