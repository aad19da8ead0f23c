/** Settings that a session may change, and the query by which clients change them without SET. */
import type { FuncCall, Node, SelectStmt, VariableSetStmt } from '@pgsql/types'
import { texts, writtenName } from './names.ts'
import { readSelect } from './queries.ts'
import { noPart, outermost, type Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'

/** They change neither what a text means to the server, nor as whom or on what it acts. */
const harmless = new Set([
  ...['application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'],
  ...['idle_session_timeout', 'transaction_timeout', 'datestyle', 'intervalstyle', 'timezone', 'extra_float_digits'],
  ...['bytea_output', 'client_min_messages', 'work_mem', 'maintenance_work_mem', 'hash_mem_multiplier'],
  ...['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'],
  ...['default_transaction_isolation', 'default_transaction_read_only', 'default_transaction_deferrable'],
  ...['synchronous_commit', 'xmloption', 'random_page_cost', 'seq_page_cost', 'jit', 'geqo'],
  ...['enable_seqscan', 'enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan', 'enable_hashjoin'],
  ...['enable_mergejoin', 'enable_nestloop', 'enable_sort', 'enable_hashagg', 'enable_material', 'enable_memoize'],
  ...['max_parallel_workers_per_gather', 'from_collapse_limit', 'join_collapse_limit'],
  // what pg_dump sets, and what its scripts set: off, row security fails where it would leave rows out
  ...['synchronize_seqscans', 'row_security', 'quote_all_identifiers', 'restrict_nonsystem_relation_kind'],
  'check_function_bodies',
])

/** As clients send them to have what the session has already, or the plainest. */
const onlyTo: { readonly [setting: string]: readonly string[] } = {
  client_encoding: ['utf8', 'utf-8', 'unicode'],
  standard_conforming_strings: ['on', 'true'],
  default_tablespace: [''],
  default_table_access_method: ['heap'],
}

/** Moves names: they are looked up anew after it. */
const path = 'search_path'

const reasons = {
  whom: 'changes as whom later statements run, for which there are roles',
  reading: 'changes how the server reads later texts, which are decided on as they read now',
  effects: 'changes which triggers, rules and checks of privileges later statements meet',
}
/** Denied in every form, whatever a policy says: what is decided after it would be decided on something else. */
const refusedSettings: { readonly [setting: string]: string } = {
  role: reasons.whom,
  session_authorization: reasons.whom,
  client_encoding: reasons.reading,
  standard_conforming_strings: reasons.reading,
  backslash_quote: reasons.reading,
  array_nulls: reasons.reading,
  transform_null_equals: reasons.reading,
  session_replication_role: reasons.effects,
  lo_compat_privileges: reasons.effects,
  allow_system_table_mods: reasons.effects,
}

/** Whether a setting given this value is asked as `set`, as every role's sessions need it; any other is `setOther`. */
function isPlain(setting: string, value: string | undefined): boolean {
  const values = Object.hasOwn(onlyTo, setting) ? onlyTo[setting] : undefined
  const held = value !== undefined && values?.includes(value.toLowerCase()) === true
  return held || harmless.has(setting) || setting === path
}

/** Asks for one setting of the session, and says by which action; where that is refused, by none. */
export function askSetting(
  reader: Reader,
  setting: string,
  value: string | undefined,
  part: Part,
): 'set' | 'setOther' | undefined {
  const plain = isPlain(setting, value)
  const reason = !plain && Object.hasOwn(refusedSettings, setting) ? refusedSettings[setting] : undefined
  if (reason !== undefined) {
    reader.refuse('unmapped', `the setting \`${setting}\` ${reason}`)
    return undefined
  }
  const action = plain ? 'set' : 'setOther'
  reader.asks.push({ on: 'database', action, part: { ...part, setting } })
  return action
}

/** A SET that something else carries: of a function, a role, a database, the server. Its parameter, `all` for all. */
export function carriedSetting(reader: Reader, statement: VariableSetStmt | undefined): string {
  const { kind, name = '', args } = statement ?? {}
  if (kind === 'VAR_RESET_ALL') return 'all'
  const setting = name.toLowerCase()
  if (kind === 'VAR_SET_MULTI' || kind === undefined) reader.refuse('unmapped', `\`${name}\` here is not mapped`)
  const value = args?.length === 1 ? literal(args[0]) : undefined
  if (!isPlain(setting, value) && Object.hasOwn(refusedSettings, setting)) {
    reader.refuse('unmapped', `the setting \`${setting}\` ${refusedSettings[setting]}`)
  }
  return setting
}

export function movesNames(setting: string): boolean {
  return setting === path
}

/** A literal as the text that a setting would take. */
export function literal(node: Node | undefined): string | undefined {
  if (!node || !('A_Const' in node)) return undefined
  const { isnull, sval, ival, boolval } = node.A_Const
  if (isnull) return undefined
  if (sval) return sval.sval ?? ''
  if (boolval) return boolval.boolval ? 'on' : 'off'
  return ival ? String(ival.ival ?? 0) : undefined
}

interface Assignment {
  readonly setting: string
  readonly value: string | undefined
}

/** What is read of pg_settings and is there for the name of a setting. */
const named = (node: Node | undefined) =>
  node !== undefined && 'ColumnRef' in node && texts(node.ColumnRef.fields)?.join('.') === 'name'

function call({ targetList = [] }: SelectStmt): readonly FuncCall[] | undefined {
  const calls = targetList.flatMap(target =>
    'ResTarget' in target && target.ResTarget.val && 'FuncCall' in target.ResTarget.val
      ? [target.ResTarget.val.FuncCall]
      : [],
  )
  const plain = calls.every(({ funcname, args, ...more }) => {
    const name = texts(funcname)?.join('.')
    const extra = Object.keys(more).filter(field => field !== 'funcformat' && field !== 'location')
    return (name === 'set_config' || name === 'pg_catalog.set_config') && args?.length === 3 && extra.length === 0
  })
  return plain && calls.length > 0 && calls.length === targetList.length ? calls : undefined
}

/** `… FROM pg_settings WHERE name = 'x'`: the setting, and the relation as written. */
function filtered({ fromClause = [], whereClause }: SelectStmt): readonly [string, string] | undefined {
  const [from] = fromClause
  if (fromClause.length !== 1 || !from || !('RangeVar' in from) || from.RangeVar.alias) return undefined
  const { schemaname, relname = '' } = from.RangeVar
  if (!whereClause || !('A_Expr' in whereClause) || whereClause.A_Expr.kind !== 'AEXPR_OP') return undefined
  const { name, lexpr, rexpr } = whereClause.A_Expr
  const setting = literal(rexpr)
  if (setting === undefined || texts(name)?.join('.') !== '=' || !named(lexpr)) return undefined
  return [setting, writtenName(schemaname === undefined ? [relname] : [schemaname, relname])]
}

function assignments(select: SelectStmt): { readonly all: readonly Assignment[]; readonly from?: string } | undefined {
  const { targetList: _, fromClause, whereClause, op, limitOption, ...more } = select
  if (op !== 'SETOP_NONE' || limitOption !== 'LIMIT_OPTION_DEFAULT' || Object.keys(more).length > 0) return undefined
  const calls = call(select)
  if (!calls?.every(({ args }) => literal(args?.[2]) !== undefined)) return undefined
  const from = fromClause || whereClause ? filtered(select) : undefined
  if ((fromClause || whereClause) && !from) return undefined
  const all: Assignment[] = []
  for (const { args } of calls) {
    const setting = from && named(args?.[0]) ? from[0] : literal(args?.[0])
    if (setting === undefined) return undefined
    all.push({ setting: setting.toLowerCase(), value: literal(args?.[1]) })
  }
  return { all, ...(from && { from: from[1] }) }
}

/**
 * Reads `SELECT set_config('search_path', '', false)` and its like, also with `FROM pg_settings WHERE name = 'x'` as
 * pg_dump writes it: SET in a query's clothes. `undefined` for every other query, in which set_config is denied; so it is
 * wherever a query is kept to run later.
 */
export function readSettings(reader: Reader, select: SelectStmt): Heading | undefined {
  const found = assignments(select)
  if (!found) return undefined
  reader.settingsFrom = found.from ?? 'nowhere'
  for (const { setting, value } of found.all) {
    askSetting(reader, setting, value, noPart)
  }
  readSelect(reader, select, outermost)
  const changesSettings = found.all.some(({ setting, value }) => !isPlain(setting, value))
  const changesCatalog = changesSettings || found.all.some(({ setting }) => movesNames(setting))
  return { command: 'SELECT', changesCatalog, changesSettings }
}
