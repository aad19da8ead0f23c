// timeout: 300s
import {
  catalogParameters,
  catalogQuery,
  isRefusal,
  leadsOn,
  loadGrammars,
  type PostgresCatalog,
  plainCatalogQuery,
  readSql,
  resolveNames,
  snapshotQuery,
  toCatalog,
  toSnapshot,
} from '@cedargate/policy-schema'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { debianServers, type PostgresServer, startPostgres } from '../peers/index.ts'

await loadGrammars()

const setup = `
  CREATE SCHEMA audit; CREATE SCHEMA "We ird"; CREATE SCHEMA hidden; CREATE SCHEMA shadow;
  CREATE TABLE audit.events (id int PRIMARY KEY, note text);
  CREATE TABLE "We ird"."Ta.ble""" (id int);
  CREATE TABLE public."order" (id int PRIMARY KEY);
  CREATE TABLE public.items (id int REFERENCES public."order" ON DELETE CASCADE, e int REFERENCES audit.events);
  CREATE TABLE hidden.secrets (id int);
  CREATE TABLE public.parent (id int); CREATE TABLE public.child () INHERITS (public.parent);
  CREATE TABLE public.parts (id int) PARTITION BY RANGE (id); CREATE TABLE public.part PARTITION OF public.parts DEFAULT;
  CREATE INDEX parts_id ON public.parts (id); CREATE INDEX events_note ON audit.events (note);
  CREATE TABLE public.ruled (id int); CREATE RULE r AS ON INSERT TO public.ruled DO ALSO NOTIFY x;
  CREATE RULE off AS ON DELETE TO public.ruled DO INSTEAD NOTHING; ALTER TABLE public.ruled DISABLE RULE off;
  CREATE FUNCTION public.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE public.fired (id int); CREATE TRIGGER t BEFORE INSERT ON public.fired FOR EACH ROW EXECUTE FUNCTION public.fire();
  CREATE SEQUENCE public.ticks; CREATE TABLE public.numbered (id bigint DEFAULT nextval('public.ticks'), own serial, always int GENERATED ALWAYS AS IDENTITY,
    mixed int DEFAULT nextval('public.ticks') - nextval('public.ticks'::text::regclass));
  CREATE TABLE public.ticking (id int DEFAULT nextval('public.ticks'), big bigint DEFAULT nextval('public.ticks'));
  CREATE TABLE public.serials (id serial, n int) PARTITION BY LIST (n); CREATE TABLE public.serials_rest PARTITION OF public.serials DEFAULT;
  CREATE VIEW public.v AS SELECT 1 AS a; CREATE MATERIALIZED VIEW public.mv AS SELECT 1 AS a; CREATE SEQUENCE public.s;
  CREATE VIEW public.over AS SELECT id FROM public.items;
  CREATE VIEW public.locking AS SELECT i.id FROM public.items i JOIN public.parent p ON p.id = i.id FOR UPDATE OF i;
  CREATE VIEW public.locking_inside AS SELECT s.id FROM (SELECT id FROM public.parent FOR KEY SHARE) s, public.items;
  CREATE VIEW public.locking_with AS WITH w AS (SELECT id FROM public.items FOR SHARE) SELECT p.id FROM public.parent p, w;
  CREATE VIEW public.locking_sample AS SELECT id FROM public.items TABLESAMPLE system (50) FOR UPDATE;
  CREATE VIEW public.locking_view AS SELECT id FROM public.over FOR UPDATE;
  CREATE TABLE public.locked_row (id int); ALTER TABLE public.locked_row ENABLE ROW LEVEL SECURITY;
  CREATE POLICY p ON public.locked_row USING (EXISTS (SELECT FROM public.parent FOR SHARE));
  CREATE FUNCTION public.total(public.items) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION public.lower(int, text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION shadow.upper(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
  CREATE FUNCTION shadow.equal(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
  CREATE OPERATOR shadow.= (LEFTARG = text, RIGHTARG = text, FUNCTION = shadow.equal);
  CREATE TABLE shadow.pg_class (id int); CREATE DOMAIN shadow.text AS int; CREATE DOMAIN public.initcap AS text;
  CREATE ROLE weak; GRANT USAGE ON SCHEMA audit TO weak; REVOKE ALL ON SCHEMA hidden FROM public;`

const texts = `SELECT events.note, i.total, lower(x), upper(x), initcap(x), shadow.upper('x'), nope(), pg_catalog.now(), a = b, c::text, d::shadow.text, e::gone
  FROM audit.events, items i, "order", "We ird"."Ta.ble""", hidden.secrets, parent, child, parts, parts_id, audit.events_note, ruled, fired, v, mv, s,
    pg_class, shadow.pg_class, gone, gone.gone, pg_temp.gone, information_schema.tables`
const reading = readSql(texts)
if (isRefusal(reading)) throw new Error(reading.detail)
const written = { ...reading.names, columns: [] } // which have a test of their own

async function lookUp(client: pg.Client): Promise<PostgresCatalog> {
  const names = [...catalogParameters(written)]
  const { rows } = await client.query<{ catalog: unknown }>(catalogQuery, names)
  return toCatalog(rows[0]?.catalog, { database: 'postgres', transaction: 'none' })
}

const servers = [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]
for (const [which, bin] of servers) {
  const names = suite(`on the server of ${which}, a name`)
  let server: PostgresServer
  let client: pg.Client
  names.before(async () => {
    server = await startPostgres({ setup, ...(bin === undefined ? {} : { bin }) })
    const { superuser, port, ca } = server
    client = new pg.Client({ host: 'localhost', port, ...superuser, ssl: { ca } })
    await client.connect()
  })
  names.after(async () => {
    await client.end()
    await server.stop()
  })

  names('is what the server would take it for', async () => {
    const catalog = await lookUp(client)
    assert.is(catalog.currentSchema, 'public')
    const base = (schema: string, name: string) => ({ schema, name, kind: 'table' })
    const other = (name: string, kind: string, schema = 'public') => ({ schema, name, kind })
    assert.equal(catalog.relations, {
      'audit.events': base('audit', 'events'),
      items: base('public', 'items'),
      '"order"': base('public', 'order'),
      '"We ird"."Ta.ble"""': base('We ird', 'Ta.ble"'),
      'hidden.secrets': base('hidden', 'secrets'),
      parent: { ...base('public', 'parent'), children: ['public.child'] },
      child: base('public', 'child'),
      parts: { ...other('parts', 'partitioned table'), children: ['public.part'] },
      parts_id: { ...other('parts_id', 'partitioned table'), table: 'parts' },
      'audit.events_note': { ...other('events_note', 'index', 'audit'), table: 'events' },
      ruled: { ...base('public', 'ruled'), rules: ['insert'] },
      fired: base('public', 'fired'),
      v: { ...other('v', 'view'), reads: {} },
      mv: { ...other('mv', 'materialized view'), reads: {} },
      s: other('s', 'sequence'),
      pg_class: base('pg_catalog', 'pg_class'),
      'shadow.pg_class': base('shadow', 'pg_class'),
      gone: null,
      'gone.gone': null,
      'pg_temp.gone': null,
      'information_schema.tables': other('tables', 'view', 'information_schema'),
    })
    assert.equal(catalog.reached, { 'public.child': base('public', 'child'), 'public.part': base('public', 'part') })
    assert.equal(catalog.types, { text: 'pg_catalog.text', 'shadow.text': 'shadow.text', gone: null })
    assert.equal(catalog.foreignOperators, [])
    const { functions } = catalog
    assert.equal(functions['.note'], [])
    assert.equal(functions['.total'], ['public.total(public.items)'])
    assert.ok(
      functions.lower?.includes('pg_catalog.lower(text)') && functions.lower.includes('public.lower(int4,text)'),
    )
    assert.not(functions.upper?.includes('shadow.upper(text)'))
    assert.ok(
      functions.initcap?.includes('pg_catalog.initcap(text)') && functions.initcap.includes('public.initcap(cast)'),
    )
    assert.equal(functions['shadow.upper'], ['shadow.upper(text)'])
    assert.equal(functions.nope, [])
    assert.equal(functions['pg_catalog.now'], ['pg_catalog.now()'])
  })
  names('of a view or a policy tells which rows are locked', async () => {
    const relations = [
      'over',
      'locking',
      'locking_inside',
      'locking_with',
      'locking_sample',
      'locking_view',
      'locked_row',
    ]
    const sql = `SELECT 1 FROM ${relations.join(', ')}`
    const reading = readSql(sql)
    assert.ok(!isRefusal(reading))
    const { rows } = await client.query<{ catalog: unknown }>(catalogQuery, [...catalogParameters(reading.names)])
    const catalog = toCatalog(rows[0]?.catalog, { database: 'postgres', transaction: 'none' })
    assert.equal(
      relations.map(name => catalog.relations[name]?.locks),
      [
        ...[undefined, ['public.items'], ['public.parent'], ['public.items'], ['public.items'], ['public.over']],
        ['public.parent'],
      ],
    )
  })
  names('is the same by the plain lookup, unless it says that more is behind it', async () => {
    const whole = (text: string) => toCatalog(text, { database: 'postgres', transaction: 'none' })
    const leads: string[] = []
    for (const name of written.relations) {
      for (const writing of [[], [name]]) {
        const asked = {
          ...written,
          relations: [name],
          functions: ['length', '.note'],
          types: ['text'],
          written: writing,
        }
        const [plain, deep] = await Promise.all(
          [plainCatalogQuery, catalogQuery].map(async query => {
            const { rows } = await client.query(query.replace(/ as catalog$/, '::text as catalog'), [
              ...catalogParameters(asked),
            ])
            return String(rows[0]?.catalog)
          }),
        )
        if (plain === undefined || deep === undefined) throw new Error('no row')
        if (leadsOn(plain)) leads.push(writing.length > 0 ? `write ${name}` : name)
        else assert.equal(whole(plain), whole(deep), name)
      }
    }
    const behind = ['parent', 'parts', 'parts_id', 'ruled', 'v', 'mv'].flatMap(name => [name, `write ${name}`])
    assert.equal(leads.sort(), [...behind, 'write fired', 'write "order"'].sort())
  })
  names('is the same by a snapshot', async () => {
    const { rows } = await client.query<{ snapshot: unknown }>(snapshotQuery)
    const catalog = await lookUp(client)
    const { functions, ...resolved } = resolveNames(written, toSnapshot(rows[0]?.snapshot))
    const { functions: looked, ...rest } = catalog
    assert.equal(resolved, rest)
    for (const name of Object.keys(looked).filter(each => each.startsWith('.') || each.includes('shadow'))) {
      assert.equal(functions[name], looked[name], name)
    }
  })
  names('brings the columns that are asked for, in their order', async () => {
    await client.query('ALTER TABLE audit.events ADD COLUMN gone int, ADD COLUMN "od\'d""" int')
    await client.query('ALTER TABLE audit.events DROP COLUMN gone')
    const of = async (columns: readonly string[], functions: readonly string[] = []) => {
      const asked = { ...written, relations: ['audit.events', 'child', 'nowhere'], functions, columns }
      const { rows } = await client.query<{ catalog: unknown }>(catalogQuery, [...catalogParameters(asked)])
      const { relations } = toCatalog(rows[0]?.catalog, { database: 'postgres', transaction: 'none' })
      const snapshot = await client.query<{ snapshot: unknown }>(snapshotQuery)
      assert.equal(resolveNames(asked, toSnapshot(snapshot.rows[0]?.snapshot)).relations, relations)
      return [relations['audit.events']?.columns, relations.child?.columns]
    }
    assert.equal(await of([]), [undefined, undefined])
    assert.equal(await of(['*']), [['id', 'note', 'od\'d"'], ['id']])
    assert.equal(await of(['od\'d"', 'note', 'ctid', 'gone']), [['note', 'od\'d"'], []])
    assert.equal(await of(['total'], ['.total']), [['id', 'note', 'od\'d"'], ['id']], 'a function may take the row')
  })
  names('of a table that is written leads to the sequences of its defaults, but for its own', async () => {
    const ask = async (relation: string) => {
      const asked = { ...written, relations: [relation], written: [relation] }
      const { rows } = await client.query<{ catalog: unknown }>(catalogQuery, [...catalogParameters(asked)])
      const catalog = toCatalog(rows[0]?.catalog, { database: 'postgres', transaction: 'none' })
      const { sequences, runsOnWrite } = catalog.relations[relation] ?? {}
      return { sequences, runsOnWrite, reached: catalog.reached }
    }
    const reached = { 'public.ticks': { schema: 'public', name: 'ticks', kind: 'sequence' } }
    const sequences = ['public.ticks']
    assert.equal(await ask('ticking'), { sequences, runsOnWrite: undefined, reached })
    assert.equal(await ask('numbered'), { sequences, runsOnWrite: ['pg_catalog.nextval(regclass)'], reached })
    assert.equal(await ask('serials_rest'), { sequences: undefined, runsOnWrite: undefined, reached: undefined })
  })
  names('that a session shadows is what shadows it, and the query itself is not misled', async () => {
    await client.query('SET search_path = shadow, pg_catalog, public')
    const catalog = await lookUp(client)
    await client.query('RESET search_path')
    assert.equal(catalog.relations.pg_class, { schema: 'shadow', name: 'pg_class', kind: 'table' })
    assert.is(catalog.types.text, 'shadow.text')
    assert.equal(catalog.foreignOperators, ['='])
    assert.is(catalog.currentSchema, 'shadow')
    assert.ok(catalog.functions.upper?.includes('shadow.upper(text)'))
    assert.not(catalog.functions.upper?.includes('pg_catalog.upper(text)'), 'of one signature the first counts')
  })
  names('of what is temporary comes first, and stands in pg_temp', async () => {
    await client.query('CREATE TEMP TABLE items (id int); CREATE TEMP TABLE gone (); CREATE TEMP TABLE text (id int)')
    const catalog = await lookUp(client)
    await client.query('SET search_path = public, pg_temp')
    const last = await lookUp(client)
    await client.query('SET search_path = pg_temp, public')
    const first = await lookUp(client)
    await client.query('RESET search_path; DROP TABLE pg_temp.items, gone, pg_temp.text')
    const temporary = (name: string) => ({ schema: 'pg_temp', name, kind: 'table' })
    for (const { relations } of [catalog, first]) {
      assert.equal(relations.items, temporary('items'))
      assert.equal(relations['pg_temp.gone'], temporary('gone'))
      assert.equal(relations.gone, temporary('gone'))
    }
    assert.is(catalog.types.text, 'pg_temp.text')
    assert.equal(last.relations.items?.schema, 'public')
    assert.is(last.types.text, 'pg_catalog.text')
    assert.equal(
      [catalog, last, first].map(each => each.currentSchema),
      ['public', 'public', 'pg_temp'],
    )
  })
  names('of a parent leads to its temporary children, but for those of other sessions', async () => {
    const { superuser, port, ca } = server
    const other = new pg.Client({ host: 'localhost', port, ...superuser, ssl: { ca } })
    await other.connect()
    await other.query('CREATE TEMP TABLE theirs () INHERITS (public.parent)')
    await client.query('CREATE TEMP TABLE ours () INHERITS (public.parent)')
    const catalog = await lookUp(client)
    await client.query('DROP TABLE ours')
    await other.end()
    assert.equal(catalog.relations.parent?.children, ['pg_temp.ours', 'public.child'])
  })
  names('in a schema that the login may not use raises no error', async () => {
    await client.query('SET ROLE weak')
    const catalog = await lookUp(client)
    await client.query('RESET ROLE')
    assert.is(catalog.relations['hidden.secrets']?.name, 'secrets')
  })
  names('finds no schema where the search path holds none', async () => {
    await client.query('SET search_path = nowhere')
    const catalog = await lookUp(client)
    await client.query('RESET search_path')
    assert.is(catalog.currentSchema, null)
    assert.is(catalog.relations.items, null)
  })
  names.run()
}
