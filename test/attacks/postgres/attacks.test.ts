// timeout: 300s
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startStack } from '../../stack/stack.ts'
import type { Attack } from './tables/attack.ts'
import { code } from './tables/code.ts'
import { secrets, server } from './tables/reach.ts'
import { lexical, session, sizes } from './tables/session.ts'
import { definitions, writes } from './tables/writes.ts'

/** What each role is given; `secret` is nobody's. Its login at the target is a superuser: nothing else stands in the way. */
const policies = `
  @id("reader") permit (principal in Gate::Role::"reader", action in Postgres::Action::"read", resource in Postgres::Schema::"orders-db/orders/public");
  @id("reader-alone") permit (principal in Gate::Role::"reader", action == Postgres::Action::"select", resource == Postgres::Database::"orders-db/orders");
  @id("writer") permit (principal in Gate::Role::"writer", action in [Postgres::Action::"read", Postgres::Action::"write"], resource);
  @id("both") permit (principal, action in [Postgres::Action::"connect", Postgres::Action::"begin"], resource);
  @id("names") permit (principal, action == Postgres::Action::"set", resource) when { context.statement has setting && context.statement.setting == "application_name" };
  @id("no-code") forbid (principal, action == Postgres::Action::"execute", resource) when { principal in Gate::Role::"writer" };
  @id("no-secrets") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/secret");
  @id("no-children-of-it") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/secret_part");
  @id("nothing-that-refers") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/referring");
  @id("nothing-foreign") forbid (principal, action, resource is Postgres::Table) when { resource.kind == "foreign table" };
  @id("no-cut-names") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/${'s'.repeat(63)}");
  @id("no-accents") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/${'é'.repeat(31)}");`

const setup = `
  ALTER ROLE gate_reader SUPERUSER; ALTER ROLE gate_writer SUPERUSER; CREATE SCHEMA evil; CREATE SCHEMA shadow; ALTER ROLE gate_writer SET search_path = public, shadow;
  CREATE EXTENSION dblink; CREATE EXTENSION postgres_fdw; CREATE EXTENSION file_fdw; CREATE EXTENSION tsm_system_rows;
  CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
  CREATE TABLE notes (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY); INSERT INTO notes VALUES (1); INSERT INTO other VALUES (1);
  CREATE TABLE secret_parent (id int); CREATE TABLE secret (note text, PRIMARY KEY (id)) INHERITS (secret_parent); INSERT INTO secret VALUES (1, 'the secret');
  CREATE TABLE secret_parts (id int NOT NULL, note text) PARTITION BY RANGE (id); CREATE TABLE secret_part PARTITION OF secret_parts DEFAULT;
  CREATE TABLE "${'s'.repeat(63)}" (id int); CREATE TABLE "${'é'.repeat(31)}" (id int); CREATE TABLE "é" (id int); CREATE SEQUENCE counter;
  CREATE VIEW notes_view AS SELECT * FROM notes; CREATE VIEW secret_view AS SELECT * FROM secret; CREATE VIEW secret_view_view AS SELECT note FROM secret_view;
  CREATE MATERIALIZED VIEW secret_copy AS SELECT * FROM secret; CREATE FOREIGN TABLE secret_remote (note text) SERVER loopback OPTIONS (table_name 'secret');
  CREATE FUNCTION purge(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'ran purge'; RETURN 1; END $$;
  CREATE FUNCTION pure(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'ran purge'; RETURN 1; END $$;
  CREATE FUNCTION purge(int, text) RETURNS boolean LANGUAGE sql AS 'SELECT purge($1) > 0'; CREATE FUNCTION purge(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT purge($1) > 0';
  CREATE FUNCTION purge_row(notes) RETURNS int LANGUAGE sql AS 'SELECT purge(1)'; CREATE FUNCTION purge_row(record) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN purge(1); END';
  CREATE FUNCTION purge_check(text) RETURNS boolean LANGUAGE sql AS 'SELECT purge(1) > 0'; CREATE FUNCTION reveal_for(notes) RETURNS text LANGUAGE sql AS 'SELECT note FROM secret';
  CREATE FUNCTION reveal() RETURNS text SECURITY DEFINER LANGUAGE sql AS 'SELECT note FROM secret'; CREATE FUNCTION reveal_all() RETURNS SETOF secret LANGUAGE sql AS 'TABLE secret';
  CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT purge($1)'; CREATE FUNCTION btrim(text, int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT purge($2)';
  CREATE FUNCTION chr(VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT purge(1)'; CREATE FUNCTION "json_scalar"(text) RETURNS int LANGUAGE sql AS 'SELECT purge(1)';
  CREATE FUNCTION format_all(VARIADIC text[]) RETURNS int LANGUAGE sql AS 'SELECT purge(1)';
  CREATE PROCEDURE purge_by_call() LANGUAGE sql AS 'SELECT purge(1)'; CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM purge(1); RETURN NEW; END';
  CREATE FUNCTION tally_step(int, int) RETURNS int LANGUAGE sql AS 'SELECT purge($2)'; CREATE AGGREGATE tally (int) (SFUNC = tally_step, STYPE = int);
  CREATE AGGREGATE tally_set (ORDER BY int) (SFUNC = tally_step, STYPE = int);
  CREATE OPERATOR #### (LEFTARG = int, RIGHTARG = int, FUNCTION = purge); CREATE OPERATOR #### (RIGHTARG = int, FUNCTION = purge);
  CREATE OPERATOR shadow.= (LEFTARG = int, RIGHTARG = text, FUNCTION = purge); CREATE OPERATOR shadow.~~ (LEFTARG = int, RIGHTARG = text, FUNCTION = purge);
  CREATE OPERATOR shadow.>= (LEFTARG = int, RIGHTARG = text, FUNCTION = purge);
  CREATE DOMAIN danger AS text CHECK (purge_check(VALUE)); CREATE DOMAIN public.text AS pg_catalog.text CHECK (purge_check(VALUE)); CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE dangerous (a danger);
  CREATE TEXT SEARCH CONFIGURATION dangerous (COPY = simple); CREATE OPERATOR CLASS danger_ops FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
  CREATE TABLE ruled (id int); CREATE RULE also AS ON INSERT TO ruled DO ALSO SELECT purge(1); CREATE RULE instead AS ON DELETE TO ruled DO INSTEAD SELECT purge(1);
  CREATE RULE rather AS ON UPDATE TO ruled DO INSTEAD DELETE FROM notes;
  CREATE TABLE fired (id int); CREATE TRIGGER fires BEFORE INSERT ON fired FOR EACH ROW EXECUTE FUNCTION log_it(); CREATE TRIGGER empties AFTER TRUNCATE ON fired EXECUTE FUNCTION log_it();
  CREATE VIEW fired_view AS SELECT id FROM notes; CREATE TRIGGER fires INSTEAD OF INSERT ON fired_view FOR EACH ROW EXECUTE FUNCTION log_it();
  CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts DEFAULT; CREATE TRIGGER fires BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION log_it();
  CREATE VIEW purging_view AS SELECT purge(id) FROM notes; CREATE VIEW purging_condition AS SELECT id FROM notes WHERE purge(id) > 0;
  CREATE TABLE referred (id int PRIMARY KEY); CREATE TABLE referring (id int REFERENCES referred ON DELETE CASCADE ON UPDATE CASCADE)`

const tables: { readonly [table: string]: { readonly role: string; readonly attacks: readonly Attack[] } } = {
  'a write': { role: 'reader', attacks: writes },
  'a definition': { role: 'reader', attacks: definitions },
  'a secret': { role: 'reader', attacks: secrets },
  'the server': { role: 'reader', attacks: server },
  'code of the database': { role: 'writer', attacks: code },
  'the session': { role: 'reader', attacks: session },
  'a reading': { role: 'reader', attacks: lexical },
  'a text': { role: 'reader', attacks: sizes },
}

const stack = await startStack({ policies, roles: ['reader', 'writer'], setup })
const clients = new Map<string, pg.Client>()
for (const role of ['reader', 'writer']) clients.set(role, await stack.connect(role))

/** What a denied client is told: the deny's code, or the SQLSTATE of what is none. */
const codeOf = (error: { readonly code?: string; readonly detail?: string }) =>
  error.detail?.startsWith('{') ? JSON.parse(error.detail).code : error.code

let mark = 0
for (const [table, { role, attacks }] of Object.entries(tables)) {
  const attack = suite(`an attack on ${table}`)
  for (const [construct, sql, code] of attacks)
    attack(`by ${construct} is denied, by a Query and by a Parse`, async () => {
      const client = clients.get(role) as pg.Client
      const marked = `/* attack ${++mark} */${sql}`
      for (const queryMode of [undefined, 'extended'] as const) {
        const outcome = await client.query({ text: marked, queryMode } as pg.QueryConfig).then(
          () => 'allowed',
          error => codeOf(error),
        )
        assert.is(outcome, code)
      }
      assert.is((await client.query('SELECT 1 AS one')).rows[0].one, 1, 'the next one is served')
    })
  attack('never reaches the target', async () => {
    const client = clients.get(role) as pg.Client
    await client.query('/* attack seen */ SELECT 1')
    const log = await stack.server.log()
    assert.match(log, 'attack seen', 'what is allowed is in its log')
    assert.not.match(log, /attack \d|LOG: {2}ran purge/)
  })
  attack.run()
}

const close = suite('the attacks')
close('are each another, by construct and code', () => {
  const all = Object.values(tables).flatMap(({ attacks }) => attacks)
  assert.ok(all.length > 400, `${all.length}`)
  const distinct = (key: (attack: Attack) => string) => {
    const keys = all.map(key)
    assert.equal(
      keys.filter((each, index) => keys.indexOf(each) !== index),
      [],
    )
  }
  distinct(([construct, , code]) => JSON.stringify([construct, code]))
  distinct(([, sql]) => sql)
})
close('have left nothing', async () => {
  const ask = (sql: string) => stack.server.query(sql, { database: 'orders' })
  assert.equal(await ask("SELECT id FROM notes UNION ALL SELECT count(*)::int FROM pg_class WHERE relname = 'made'"), [
    { id: 1 },
    { id: 0 },
  ])
  assert.is((await ask('SELECT note FROM secret'))[0]?.note, 'the secret')
})
close.after(async () => {
  for (const client of clients.values()) await client.end()
  await stack.stop()
})
close.run()
