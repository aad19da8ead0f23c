/** A database with one of each thing that a statement may touch by another's name. Its owner is the login that tests speak as. */
export const login = { user: 'app', password: 'secret of app', database: 'orders' }

/** As superuser, in database `postgres`. */
export const cluster = `CREATE ROLE app LOGIN PASSWORD 'secret of app'; CREATE DATABASE orders OWNER app`

/** As superuser, in database `orders`. */
export const schema = `
  CREATE EXTENSION postgres_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw; GRANT USAGE ON FOREIGN SERVER elsewhere TO app;
  CREATE SCHEMA audit AUTHORIZATION app; CREATE SCHEMA "We ird" AUTHORIZATION app; ALTER SCHEMA public OWNER TO app;
  SET ROLE app;

  CREATE TABLE keyed (id int, twice int GENERATED ALWAYS AS (id * 2) STORED UNIQUE, n int); CREATE TABLE keying (k int REFERENCES keyed (twice) ON UPDATE CASCADE);
  CREATE TABLE shifted (id int UNIQUE, n int); CREATE TABLE shifting (k int REFERENCES shifted (id) ON UPDATE SET NULL);
  CREATE FUNCTION shift() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id = NEW.id + 1; RETURN NEW; END';
  CREATE TRIGGER shifts BEFORE UPDATE ON shifted FOR EACH ROW EXECUTE FUNCTION shift();
  INSERT INTO keyed VALUES (1); INSERT INTO keying VALUES (2); INSERT INTO shifted VALUES (1); INSERT INTO shifting VALUES (1);

  CREATE TABLE customers (id int PRIMARY KEY, name text, email text);
  CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, n int, note text, at timestamptz, data jsonb, tags text[]);
  CREATE TABLE items (id int, "order" int REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE, n int);
  CREATE TABLE plain (id int UNIQUE, a int, b text); CREATE TABLE other (id int, a int, b text); CREATE TABLE third (id int, a int, b text);
  CREATE TABLE audit.events (id int, note text); CREATE TABLE audit.plain (id int, a int, b text);
  CREATE TABLE "Weird" (id int); CREATE TABLE "ünï" (id int, "ß" int); CREATE TABLE "ta.ble" (id int); CREATE TABLE "select" (id int);
  CREATE TABLE "quo""te" (id int); CREATE TABLE "We ird"."Ta.ble""" (id int); CREATE TABLE "${'x'.repeat(63)}" (id int); CREATE TABLE lower (id int);
  INSERT INTO customers VALUES (1, 'a', 'a@b'), (2, 'b', 'b@c'); INSERT INTO orders VALUES (1, 1, 1, 'x'), (2, 1, 5, 'y');
  INSERT INTO plain VALUES (1, 1, 'p'), (2, 2, 'q'); INSERT INTO other VALUES (1, 1, 'p'), (3, 3, 'r'); INSERT INTO third VALUES (1, 1, 'p');
  INSERT INTO audit.events VALUES (1, 'e'); INSERT INTO audit.plain VALUES (1, 1, 'p'); INSERT INTO items VALUES (1, 1, 1);
  CREATE INDEX plain_a ON plain (a); CREATE SEQUENCE counter;

  CREATE TABLE parent (id int, a int); CREATE TABLE child (more int) INHERITS (parent); CREATE TABLE grandchild () INHERITS (child);
  CREATE TABLE measures (id int, at date) PARTITION BY RANGE (id);
  CREATE TABLE measures_low PARTITION OF measures FOR VALUES FROM (0) TO (10);
  CREATE TABLE measures_high PARTITION OF measures FOR VALUES FROM (10) TO (100) PARTITION BY LIST (id);
  CREATE TABLE measures_ten PARTITION OF measures_high DEFAULT; CREATE TABLE measures_rest PARTITION OF measures DEFAULT;
  INSERT INTO measures VALUES (1), (11), (1000); INSERT INTO parent VALUES (1, 1); INSERT INTO child VALUES (2, 2, 2);

  CREATE VIEW seen AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer;
  CREATE VIEW over_seen AS SELECT name FROM seen WHERE id > 0; CREATE VIEW simple AS SELECT id, a, b FROM plain;
  CREATE VIEW united AS SELECT id FROM plain UNION ALL SELECT id FROM audit.events; CREATE VIEW partial AS SELECT id FROM measures;
  CREATE VIEW deep AS WITH w AS (SELECT id FROM third) SELECT p.id FROM plain p WHERE EXISTS (SELECT FROM w WHERE w.id = p.id);
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM orders; CREATE UNIQUE INDEX totals_n ON totals (n);
  CREATE FOREIGN TABLE remote (id int) SERVER elsewhere;

  CREATE TABLE ruled (id int); CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO audit.events VALUES (NEW.id, 'rule');
  CREATE TABLE ruled_away (id int); CREATE RULE instead AS ON DELETE TO ruled_away DO INSTEAD DELETE FROM third;
  CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit.events VALUES (1); RETURN NEW; END';
  CREATE TABLE fired (id int); CREATE TRIGGER fires BEFORE INSERT ON fired FOR EACH ROW EXECUTE FUNCTION log_it();
  CREATE VIEW fired_view AS SELECT id FROM plain; CREATE TRIGGER fires INSTEAD OF DELETE ON fired_view FOR EACH ROW EXECUTE FUNCTION log_it();
  CREATE TABLE fired_after (id int); CREATE TRIGGER fires AFTER TRUNCATE ON fired_after EXECUTE FUNCTION log_it();
  INSERT INTO ruled_away VALUES (1);

  CREATE FUNCTION peek(int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM third';
  CREATE FUNCTION note(orders) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM third';
  CREATE FUNCTION rows_of(text) RETURNS SETOF third LANGUAGE sql AS 'SELECT * FROM third';
  CREATE FUNCTION guess(text) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM third)';
  CREATE FUNCTION lower(int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM third';
  CREATE FUNCTION same(int, text) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM third)';
  CREATE FUNCTION step(bigint, int) RETURNS bigint LANGUAGE sql AS 'SELECT $1 + (SELECT count(*) FROM third)';
  CREATE AGGREGATE tally (int) (SFUNC = step, STYPE = bigint, INITCOND = '0');
  CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = same); CREATE OPERATOR = (LEFTARG = int, RIGHTARG = text, FUNCTION = same);
  CREATE FUNCTION glimpse(int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.third';
  CREATE VIEW beneath AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer;
  CREATE MATERIALIZED VIEW peeked AS SELECT id, glimpse(id) FROM beneath;
  CREATE SEQUENCE ticks; CREATE TABLE numbered (id int DEFAULT nextval('ticks'), n int); INSERT INTO numbered (n) VALUES (1); CREATE TABLE serials (id serial, big bigserial, always int GENERATED ALWAYS AS IDENTITY, n int);
  CREATE TABLE counted (id serial, n int) PARTITION BY LIST (n); CREATE TABLE counted_rest PARTITION OF counted DEFAULT;
  CREATE TABLE borrowed (LIKE serials INCLUDING DEFAULTS); CREATE TABLE dynamic (id int DEFAULT nextval(('coun' || 'ter')::regclass) + nextval('ticks'), n int);
  CREATE DOMAIN peeked_at AS bigint DEFAULT peek(1); CREATE TABLE at_times (id peeked_at, n int);
  CREATE DOMAIN checked AS text CHECK (guess(VALUE));
  CREATE TYPE pair AS (x int, y text); CREATE FUNCTION to_pair(text) RETURNS pair LANGUAGE sql AS 'SELECT ROW(1, ''x'')::pair FROM third LIMIT 1';
  CREATE CAST (text AS pair) WITH FUNCTION to_pair(text);
  CREATE FUNCTION plain_text(plain) RETURNS text LANGUAGE sql AS 'SELECT ''x'''; CREATE CAST (plain AS text) WITH FUNCTION plain_text(plain) AS IMPLICIT;
  CREATE PROCEDURE purge() LANGUAGE sql AS 'DELETE FROM third';
  CREATE TABLE defaulted (id int, a bigint DEFAULT peek(1)); CREATE TABLE constrained (id int, CHECK (guess('x')));
  CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY p ON guarded USING (EXISTS (SELECT FROM third));`
