// timeout: 120s
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Stack, startStack } from '../../stack/stack.ts'
import { say } from './wire.ts'

const open = '@id("all") permit (principal, action, resource);\n'
const closed = `${open}@id("no-secrets") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/notes");\n`

const prepared = suite('what was prepared before its names moved')
let stack: Stack
let client: pg.Client
prepared.before.each(async () => {
  stack = await startStack({
    policies: open,
    setup: `
      CREATE SCHEMA app; CREATE TABLE public.notes (a text); INSERT INTO public.notes VALUES ('secret');
      CREATE TABLE public.other (a text); GRANT ALL ON SCHEMA app TO gate_app;
      CREATE TABLE app.spare (a text); ALTER TABLE app.spare OWNER TO gate_app; ALTER TABLE public.notes OWNER TO gate_app;
      CREATE FUNCTION public.checked(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'ran %', $1; RETURN true; END $$;
      CREATE DOMAIN public.positive AS int CHECK (public.checked(VALUE));
      ALTER ROLE gate_app SET search_path = app, public`,
  })
  client = await stack.connect('app')
})
prepared.after.each(async () => {
  await client.end()
  await stack.stop()
})

const text = 'SELECT a FROM notes'
const seen = async (what: string) => (await stack.server.log()).includes(what)
const parse = (name: string, sql: string, types: readonly number[] = []) =>
  say(client, wire => {
    wire.parse({ name, text: sql, types })
    wire.sync()
  })
const run = (name: string, values: readonly string[] = []) =>
  say(client, wire => {
    wire.bind({ portal: '', statement: name, values })
    wire.execute({ portal: '', rows: 0 })
    wire.sync()
  })

prepared('reads nothing by its old meaning once another table stands before it', async () => {
  assert.is((await parse('p', text)).code, undefined)
  await stack.publish({ 'policies/main.cedar': closed })
  assert.is((await run('p')).code, '42501', 'what it names is forbidden now')
  await client.query('CREATE TABLE app.notes (a text)')
  assert.equal(await run('p'), { rows: [], code: '42501' })
  assert.is(await seen('execute p: '), false)
  assert.is((await parse('q', text)).code, undefined, 'parsed again it names the table that is allowed')
  assert.equal(await run('q'), { rows: [], code: undefined })
})

prepared('runs as long as its names mean the same', async () => {
  await parse('p', text)
  await client.query('CREATE TABLE app.unrelated (a text)')
  assert.equal(await run('p'), { rows: [['secret']], code: undefined })
  assert.is(await seen('execute p: '), true, 'its execution is in the log, where the test before looks for none')
})

prepared('and bound is decided again where the session itself has moved them since', async () => {
  await stack.publish({ 'policies/main.cedar': closed })
  await client.query('CREATE TABLE app.notes (a text)')
  await parse('drop', 'DROP TABLE notes /* the wrong one */')
  await parse('move', 'ALTER TABLE app.notes RENAME TO gone')
  const { code } = await say(client, wire => {
    wire.bind({ portal: 'first', statement: 'drop', values: [] })
    wire.bind({ portal: 'second', statement: 'move', values: [] })
    wire.execute({ portal: 'second', rows: 0 })
    wire.execute({ portal: 'first', rows: 0 })
    wire.sync()
  })
  assert.is(code, '42501')
  const left = await stack.server.query(
    "SELECT to_regclass('public.notes')::text AS notes, to_regclass('app.notes')::text AS app",
    {
      database: 'orders',
    },
  )
  assert.equal(left, [{ notes: 'notes', app: 'app.notes' }], 'neither is gone: the transaction failed as a whole')
})

prepared('runs no input function of a type that is declared for a parameter', async () => {
  const [domain] = await stack.server.query("SELECT 'public.positive'::regtype::oid::int AS oid", {
    database: 'orders',
  })
  assert.is((await parse('p', 'SELECT $1', [Number(domain?.oid)])).code, '42501')
  assert.is((await run('p', ['5'])).code, '26000', 'it was never made')
  assert.is(await seen('ran 5'), false)
  assert.is((await parse('q', 'SELECT $1', [23])).code, undefined, "PostgreSQL's own are")
  assert.equal(await run('q', ['5']), { rows: [['5']], code: undefined })
})

prepared.run()
