import type { EffectTable } from './effects.test-support.ts'

/** The part of `effects` for what defines, alters and drops objects. */
export const definitions: EffectTable = {
  CreateDomainStmt: [
    [
      'CREATE DOMAIN d AS status DEFAULT NULL CHECK (VALUE IS NULL OR pg_reload_conf() > 1)',
      ['createType public', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  AlterDomainStmt: [
    ['ALTER DOMAIN status ADD CHECK (VALUE IS NOT NULL)', ['alterType public.type.status']],
    [
      'ALTER DOMAIN audit.d SET DEFAULT pg_reload_conf()',
      ['alterType audit.type.d', 'execute pg_catalog.pg_reload_conf()'],
    ],
    ['ALTER DOMAIN status DROP CONSTRAINT c CASCADE', 'unresolved'],
  ],
  CompositeTypeStmt: [['CREATE TYPE audit.t AS (a status, b int)', ['createType audit']]],
  CreateEnumStmt: [["CREATE TYPE t AS ENUM ('a', 'b')", ['createType public']]],
  AlterEnumStmt: [
    ["ALTER TYPE status ADD VALUE 'c' AFTER 'b'", ['alterType public.type.status']],
    ["ALTER TYPE nowhere RENAME VALUE 'a' TO 'b'", 'unresolved'],
  ],
  CreateRangeStmt: [
    [
      'CREATE TYPE t AS RANGE (SUBTYPE = int, SUBTYPE_DIFF = pg_reload_conf)',
      ['createType public', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  AlterTypeStmt: [
    [
      'ALTER TYPE status SET (ANALYZE = pg_reload_conf)',
      ['alterType public.type.status', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  DefineStmt: [
    ['CREATE TYPE t', ['createType public']],
    ['CREATE COLLATION audit.c FROM "C"', ['createCollation audit']],
    [
      'CREATE AGGREGATE audit.g (int) (SFUNC = pg_reload_conf, STYPE = int)',
      ['createFunction audit', 'execute pg_catalog.pg_reload_conf()'],
    ],
    [
      'CREATE OR REPLACE AGGREGATE g (int) (SFUNC = int4pl, STYPE = int)',
      'unresolved', // what would be replaced is not there
    ],
    [
      'CREATE OPERATOR + (FUNCTION = pg_reload_conf, LEFTARG = int)',
      ['createOperator public', 'execute pg_catalog.pg_reload_conf()'],
    ],
    [
      'CREATE TEXT SEARCH PARSER p (START = pg_reload_conf)',
      ['createTextSearch public', 'execute pg_catalog.pg_reload_conf()'],
    ],
    ['CREATE TEXT SEARCH CONFIGURATION c (COPY = english)', ['createTextSearch public']],
    ['CREATE TYPE t (INPUT = f, OUTPUT = g)', 'unmapped'],
  ],
  CreateOpClassStmt: [
    [
      'CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 pg_reload_conf(), STORAGE int',
      ['createOperator public', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  CreateOpFamilyStmt: [['CREATE OPERATOR FAMILY audit.c USING btree', ['createOperator audit']]],
  AlterOpFamilyStmt: [
    [
      'ALTER OPERATOR FAMILY audit.c USING btree ADD FUNCTION 1 pg_reload_conf()',
      ['alterOperator audit.operator family.c', 'execute pg_catalog.pg_reload_conf()'],
    ],
    ['ALTER OPERATOR FAMILY audit.c USING btree DROP FUNCTION 1 (int, int)', ['alterOperator audit.operator family.c']],
  ],
  AlterOperatorStmt: [
    [
      'ALTER OPERATOR audit.+ (int, int) SET (RESTRICT = pg_reload_conf)',
      ['alterOperator audit.operator.+', 'execute pg_catalog.pg_reload_conf()'],
    ],
    ['ALTER OPERATOR + (int, int) SET (RESTRICT = NONE)', 'unresolved'],
  ],
  AlterCollationStmt: [['ALTER COLLATION audit.c REFRESH VERSION', ['alterCollation audit.collation.c']]],
  AlterTSDictionaryStmt: [
    ['ALTER TEXT SEARCH DICTIONARY audit.d (a = b)', ['alterTextSearch audit.text search dictionary.d']],
  ],
  AlterTSConfigurationStmt: [
    [
      'ALTER TEXT SEARCH CONFIGURATION audit.c ADD MAPPING FOR word WITH simple',
      ['alterTextSearch audit.text search configuration.c'],
    ],
  ],
  CreateSeqStmt: [
    ['CREATE SEQUENCE audit.s START 5 OWNED BY orders.id', ['createSequence audit', 'alterTable public.orders']],
    ['CREATE SEQUENCE s OWNED BY NONE', ['createSequence public']],
    ['CREATE TEMP SEQUENCE s', ['createSequence pg_temp']],
  ],
  AlterSeqStmt: [
    ['ALTER SEQUENCE orders_id_seq RESTART', ['alterSequence public.orders_id_seq']],
    [
      'ALTER SEQUENCE orders_id_seq OWNED BY audit.events.id',
      ['alterSequence public.orders_id_seq', 'alterTable audit.events'],
    ],
    ['ALTER SEQUENCE IF EXISTS gone RESTART', ['alterSequence public.gone']],
  ],
  CreateStatsStmt: [
    ['CREATE STATISTICS ON a, (b + 1) FROM orders', ['createStatistics public.orders']],
    ['CREATE STATISTICS audit.s ON a, b FROM orders', ['createStatistics public.orders', 'createStatistics audit']],
  ],
  AlterStatsStmt: [['ALTER STATISTICS audit.s SET STATISTICS 5', ['alterStatistics audit.statistics.s']]],

  CreateTableAsStmt: [
    ['CREATE MATERIALIZED VIEW m AS SELECT * FROM orders', ['createView public', 'select public.orders']],
    [
      'CREATE TABLE t TABLESPACE fast AS SELECT 1',
      ['useTablespace on orders-db/tablespace/fast', 'createTable public'],
    ],
  ],
  CreateStmt: [
    ['CREATE TABLE t () INHERITS (parent)', ['createTable public', 'alterTable public.parent']],
    ['CREATE TABLE t () INHERITS (orders)', ['createTable public', 'alterTable public.orders']],
    ['CREATE TABLE t (id int) PARTITION BY RANGE (id, (id + 1))', ['createTable public']],
    [
      'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME audit.s START 7 CACHE 2))',
      ['createTable public', 'createSequence audit'],
    ],
    [
      'CREATE TABLE t PARTITION OF measures FOR VALUES FROM (1) TO (pg_reload_conf())',
      ['createTable public', 'alterTable public.measures', 'execute pg_catalog.pg_reload_conf()'],
    ],
    ['CREATE TABLE t (id int) TABLESPACE fast', ['createTable public', 'useTablespace on orders-db/tablespace/fast']],
    ['CREATE TABLE t (a int, EXCLUDE USING gist (a WITH &&))', ['createTable public']],
    ['CREATE TABLE t (a int, EXCLUDE USING mine (a WITH &&))', 'unmapped'],
    ['CREATE TABLE t (a int, EXCLUDE USING gist (a WITH @@@))', ['createTable public', 'execute public.upper(text)']],
    ['CREATE TABLE t (id int) PARTITION BY RANGE (id mine_ops)', 'unmapped'],
  ],
  CreateSchemaStmt: [
    ['CREATE SCHEMA s AUTHORIZATION x', ['createSchema', 'changeOwner s']],
    ['CREATE SCHEMA AUTHORIZATION x', ['createSchema', 'changeOwner x']],
    ['CREATE SCHEMA s CREATE TABLE t (id int)', 'unmapped'],
  ],
  AlterTableStmt: [
    ['ALTER TABLE orders OWNER TO x', ['changeOwner public.orders']],
    [
      'ALTER TABLE orders ADD COLUMN a int, OWNER TO x, DROP COLUMN b',
      ['alterTable public.orders', 'changeOwner public.orders'],
    ],
    [
      'ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.s LOGGED)',
      ['alterTable public.orders', 'createSequence public'],
    ],
    ['ALTER TABLE orders DISABLE TRIGGER ALL', ['alterTrigger public.orders']],
    ['ALTER TABLE orders ENABLE ALWAYS RULE r', ['alterRule public.orders']],
    ['ALTER TABLE orders DISABLE ROW LEVEL SECURITY', ['alterRowSecurity public.orders']],
    ['ALTER TABLE orders INHERIT items', ['alterTable public.orders', 'alterTable public.items']],
    [
      'ALTER TABLE measures ATTACH PARTITION orders DEFAULT',
      ['alterTable public.measures', 'alterTable public.orders'],
    ],
    ['ALTER TABLE measures DETACH PARTITION low CONCURRENTLY', ['alterTable public.measures', 'alterTable public.low']],
    ['ALTER INDEX orders_pkey ATTACH PARTITION orders_pkey', ['alterIndex public.orders']],
    ['ALTER TABLE orders NO INHERIT items', ['alterTable public.orders', 'alterTable public.items']],
    ['ALTER TABLE orders REPLICA IDENTITY FULL', ['alterTable public.orders']],
    ['ALTER TABLE orders OF audit.t', ['alterTable public.orders']],
    ['ALTER TABLE orders SET TABLESPACE x', ['alterTable public.orders', 'useTablespace on orders-db/tablespace/x']],
    ['ALTER TABLE orders SET ACCESS METHOD heap', ['alterTable public.orders']],
    ['ALTER TABLE orders SET ACCESS METHOD mine', 'unmapped'],
    ['ALTER VIEW summary OWNER TO x', ['changeOwner public.summary']],
    ['ALTER SEQUENCE orders_id_seq OWNER TO x', ['changeOwner public.orders_id_seq']],
    ['ALTER SEQUENCE orders_id_seq SET UNLOGGED', ['alterSequence public.orders_id_seq']],
    ["ALTER FOREIGN TABLE remote OPTIONS (SET a 'b')", ['alterForeignTable public.remote']],
    ['ALTER TYPE status ADD ATTRIBUTE a status', ['alterType public.type.status']],
    ['ALTER TYPE audit.t DROP ATTRIBUTE a CASCADE', 'unresolved'],
    ['ALTER VIEW summary SET (security_barrier = false)', 'unmapped'],
    ['ALTER TABLE orders OWNER TO CURRENT_ROLE', 'unresolved'],
  ],
  RenameStmt: [
    ['ALTER TYPE status RENAME TO s', ['alterType public.type.status', 'createType public']],
    ['ALTER TYPE status RENAME ATTRIBUTE a TO b', ['alterType public.type.status']],
    ['ALTER DOMAIN audit.d RENAME CONSTRAINT a TO b', ['alterType audit.type.d']],
    ['ALTER FUNCTION purge(int) RENAME TO p', ['alterFunction public.function.purge', 'createFunction public']],
    ['ALTER SEQUENCE orders_id_seq RENAME TO s', ['alterSequence public.orders_id_seq', 'createSequence public']],
    ['ALTER TRIGGER t ON triggered RENAME TO u', ['alterTrigger public.triggered']],
    ['ALTER RULE r ON ruled RENAME TO s', ['alterRule public.ruled']],
    ['ALTER POLICY p ON orders RENAME TO q', ['alterPolicy public.orders']],
    ['ALTER ROLE r RENAME TO s', ['alterRole on orders-db/role/r', 'createRole on orders-db']],
    ['ALTER DATABASE d RENAME TO e', ['alterDatabase on orders-db/d', 'createDatabase on orders-db']],
    ['ALTER SERVER s RENAME TO t', ['alterForeignServer server.s', 'createForeignServer']],
    [
      'ALTER OPERATOR CLASS audit.c USING btree RENAME TO d',
      ['alterOperator audit.operator class.c', 'createOperator audit'],
    ],
    ['ALTER VIEW summary RENAME COLUMN a TO b', ['alterView public.summary']],
    ['ALTER LANGUAGE l RENAME TO m', ['alterLanguage language.l', 'createLanguage']],
    ['ALTER CONVERSION audit.c RENAME TO d', ['alterConversion audit.conversion.c', 'createConversion audit']],
  ],
  AlterObjectSchemaStmt: [
    ['ALTER TYPE status SET SCHEMA audit', ['alterType public.type.status', 'createType audit']],
    ['ALTER FUNCTION purge(int) SET SCHEMA audit', ['alterFunction public.function.purge', 'createFunction audit']],
    ['ALTER SEQUENCE orders_id_seq SET SCHEMA audit', ['alterSequence public.orders_id_seq', 'createSequence audit']],
    ['ALTER EXTENSION e SET SCHEMA audit', ['alterExtension extension.e', 'alterSchema audit']],
    ['ALTER TYPE status SET SCHEMA pg_catalog', 'unmapped'],
  ],
  DropStmt: [
    ['DROP FUNCTION purge, audit.f(int)', ['dropFunction public.function.purge', 'dropFunction audit.function.f']],
    ['DROP FUNCTION IF EXISTS gone', ['dropFunction public.function.gone']],
    ['DROP TYPE IF EXISTS gone, status', ['dropType public.type.gone', 'dropType public.type.status']],
    ['DROP DOMAIN audit.d', ['dropType audit.type.d']],
    ['DROP SEQUENCE orders_id_seq', ['dropSequence public.orders_id_seq']],
    ['DROP FOREIGN TABLE remote', ['dropForeignTable public.remote']],
    ['DROP TRIGGER t ON triggered', ['dropTrigger public.triggered']],
    ['DROP TRIGGER IF EXISTS t ON gone', ['dropTrigger public.gone']],
    ['DROP RULE r ON ruled', ['dropRule public.ruled']],
    ['DROP POLICY p ON audit.events', ['dropPolicy audit.events']],
    ['DROP CAST (int AS text)', ['dropCast']],
    ['DROP TRANSFORM FOR status LANGUAGE sql', ['dropTransform']],
    ['DROP CONVERSION audit.c', ['dropConversion audit.conversion.c']],
    ['DROP COLLATION audit.c', ['dropCollation audit.collation.c']],
    ['DROP STATISTICS audit.s', ['dropStatistics audit.statistics.s']],
    ['DROP OPERATOR audit.+ (int, int)', ['dropOperator audit.operator.+']],
    ['DROP OPERATOR FAMILY audit.c USING btree', ['dropOperator audit.operator family.c']],
    ['DROP TEXT SEARCH TEMPLATE audit.t', ['dropTextSearch audit.text search template.t']],
    ['DROP EXTENSION e', ['dropExtension extension.e']],
    ['DROP LANGUAGE l', ['dropLanguage language.l']],
    ['DROP ACCESS METHOD a', ['dropAccessMethod access method.a']],
    ['DROP EVENT TRIGGER e', ['dropEventTrigger event trigger.e']],
    ['DROP FOREIGN DATA WRAPPER w', ['dropForeignDataWrapper foreign data wrapper.w']],
    ['DROP SERVER s', ['dropForeignServer server.s']],
    ['DROP PUBLICATION p', ['dropPublication publication.p']],
    ['DROP TYPE int', 'unmapped'],
    ['DROP TYPE nowhere', 'unresolved'],
    ['DROP COLLATION c', 'unresolved'],
    ['DROP FUNCTION upper(text)', 'unresolved'],
    ['DROP EXTENSION e CASCADE', 'unresolved'],
  ],
}
