import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { accepts, builtinFunction, builtinSignatures } from './functions.ts'

const known = suite('of the built-in functions')
for (const signature of [
  'lower(text)',
  'now()',
  'count(any)',
  'count()',
  'random()',
  'gen_random_uuid()',
  'pg_table_size(regclass)',
]) {
  known(`${signature} is harmless`, () => assert.is(builtinFunction(`pg_catalog.${signature}`), 'harmless'))
}
for (const [signature, tags] of [
  ['pg_sleep(float8)', ['sleep']],
  ['pg_read_file(text)', ['server-file']],
  ['pg_ls_dir(text)', ['server-file']],
  ['lo_import(text)', ['large-object', 'server-file']],
  ['lo_get(oid)', ['large-object']],
  ['set_config(text,text,bool)', ['settings']],
  ['query_to_xml(text,bool,bool,text)', ['dynamic-sql']],
  ['table_to_xml(regclass,bool,bool,text)', ['dynamic-sql']],
  ['database_to_xml(bool,bool,text)', ['dynamic-sql']],
  ['ts_stat(text)', ['dynamic-sql']],
  ['ts_rewrite(tsquery,text)', ['dynamic-sql']],
  ['pg_terminate_backend(int4,int8)', ['signal']],
  ['pg_terminate_backend(int4)', ['signal']],
  ['pg_reload_conf()', ['signal']],
  ['nextval(regclass)', ['sequence']],
  ['setval(regclass,int8)', ['sequence']],
  ['pg_advisory_lock(int8)', ['advisory-lock']],
  ['pg_notify(text,text)', ['notify']],
  ['pg_switch_wal()', ['admin']],
  ['pg_start_backup(text,bool,bool)', ['admin']],
  ['pg_create_logical_replication_slot(name,name,bool)', ['replication']],
  ['pg_logical_slot_get_changes(name,pg_lsn,int4,text[])', ['replication']],
  ['pg_stat_get_activity(int4)', ['activity']],
  ['pg_input_is_valid(text,text)', ['dynamic-type']],
  ['domain_in(cstring,oid,int4)', ['dynamic-type']],
] as const) {
  known(`${signature} is asked for as ${tags.join(', ')}`, () => {
    const found = builtinFunction(`pg_catalog.${signature}`)
    assert.equal(typeof found === 'object' && found.tags, tags)
  })
}
for (const signature of [
  'public.lower(text)',
  'pg_catalog.lower(nothing)',
  'lower(text)',
  'pg_catalog.dblink(text)',
  'pg_catalog.constructor',
]) {
  known(`${signature} is none`, () => assert.is(builtinFunction(signature), undefined))
}
known('every signature of a name is found, those of longer names are not', () => {
  assert.equal(builtinSignatures('nextval'), ['pg_catalog.nextval(regclass)'])
  assert.ok(builtinSignatures('lo_get').length === 2)
  assert.equal(builtinSignatures('nothing'), [])
})
known('a call may mean it by the number of its arguments', () => {
  const kill = builtinFunction('pg_catalog.pg_terminate_backend(int4,int8)')
  assert.ok(typeof kill === 'object')
  assert.equal(
    [0, 1, 2, 3, undefined].map(count => accepts(kill, count)),
    [false, true, true, false, true],
  )
  const slots = builtinFunction('pg_catalog.pg_logical_slot_get_changes(name,pg_lsn,int4,text[])')
  assert.ok(typeof slots === 'object' && accepts(slots, 40) && !accepts(slots, 1))
})
known.run()
