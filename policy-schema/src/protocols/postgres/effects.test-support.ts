import { definitions } from './effects-definitions.test-support.ts'

export type EffectTable = { readonly [node: string]: readonly (readonly [string, readonly string[] | string])[] }

/**
 * What the rest of the grammar asks in the database of `orders.test-support.ts`, by statement node: SQL and its requests, or
 * the reason of a refusal. Every statement stands here or in `asks.test-support.ts`.
 */
export const effects: EffectTable = {
  ...definitions,
  CopyStmt: [
    ["COPY orders TO PROGRAM 'sh'", ['copyToProgram', 'copyTo public.orders']],
    ["COPY orders FROM PROGRAM 'sh'", ['copyFromProgram', 'copyFrom public.orders']],
    ["COPY orders TO '/tmp/x'", ['copyToFile', 'copyTo public.orders']],
    ["COPY orders FROM '/etc/passwd'", ['copyFromFile', 'copyFrom public.orders']],
    ["COPY (SELECT * FROM orders) TO '/tmp/x'", ['copyToFile', 'select public.orders', 'copyTo public.orders']],
    ["COPY (SELECT 1) TO PROGRAM 'sh'", ['copyToProgram']],
    ["COPY orders TO '/tmp/x' (ENCODING 'SJIS')", 'unmapped'],
  ],
  VariableSetStmt: [
    ['SET search_path = audit', ['set']],
    ["SET SCHEMA 'audit'", ['set']],
    ['SET LOCAL "search_path" TO DEFAULT', ['set']],
    ['RESET ALL', ['set']],
    ["SET client_encoding = 'UTF8'", ['set']],
    ["SET NAMES 'utf-8'", ['set']],
    ['RESET client_encoding', 'unmapped'],
    ['SET standard_conforming_strings = on', ['set']],
    ["SET TRANSACTION SNAPSHOT '1'", ['set']],
    ['SET app.tenant = 1', ['setOther']],
    ["SET default_tablespace = 'fast'", ['setOther']],
    ["SET LOCAL temp_tablespaces = 'x'", ['setOther']],
    ['RESET app.tenant', ['setOther']],
    ['SET ROLE postgres', 'unmapped'],
    ['SET ROLE NONE', 'unmapped'],
    ['RESET ROLE', 'unmapped'],
    ['SET "ROLE" = x', 'unmapped'],
    ['SET SESSION AUTHORIZATION postgres', 'unmapped'],
    ['RESET SESSION AUTHORIZATION', 'unmapped'],
    ['SET client_encoding = SJIS', 'unmapped'],
    ["SET NAMES 'GBK'", 'unmapped'],
    ['SET standard_conforming_strings = off', 'unmapped'],
    ['SET backslash_quote = on', 'unmapped'],
    ['SET array_nulls = off', 'unmapped'],
    ['SET transform_null_equals = on', 'unmapped'],
    ['SET session_replication_role = replica', 'unmapped'],
    ['SET LOCAL lo_compat_privileges = on', 'unmapped'],
    ['SET Search_Path FROM CURRENT', 'unmapped'],
  ],
  SelectStmt: [
    ["SELECT set_config('app.tenant', $1, false)", ['setOther']],
    ["SELECT set_config('default_tablespace', 'fast', true)", ['setOther']],
    ["SELECT set_config('ROLE', 'postgres', false)", 'unmapped'],
  ],
  DiscardStmt: [
    ['DISCARD ALL', ['discard']],
    ['DISCARD PLANS', ['discard']],
  ],
  TransactionStmt: [
    ["PREPARE TRANSACTION 'x'", ['prepareTransaction']],
    ["COMMIT PREPARED 'x'", ['commitPrepared']],
    ["ROLLBACK PREPARED 'x'", ['rollbackPrepared']],
  ],
  ConstraintsSetStmt: [['SET CONSTRAINTS ALL DEFERRED', ['setConstraints']]],
  ListenStmt: [['LISTEN x', ['listen']]],
  UnlistenStmt: [
    ['UNLISTEN x', ['unlisten']],
    ['UNLISTEN *', ['unlisten']],
  ],
  NotifyStmt: [["NOTIFY x, 'y'", ['notify']]],
  LockStmt: [
    ['LOCK orders', ['lock public.orders']],
    ['LOCK TABLE orders, ONLY parent IN ACCESS SHARE MODE NOWAIT', ['lock public.orders', 'lock public.parent']],
  ],
  ExplainStmt: [
    ['EXPLAIN (VERBOSE, GENERIC_PLAN, MEMORY) SELECT * FROM orders', ['select public.orders']],
    ['EXPLAIN (DEBUG) SELECT * FROM orders', 'unmapped'],
  ],
  VacuumStmt: [
    ['VACUUM (FULL, PARALLEL 2, INDEX_CLEANUP off) orders', ['vacuum public.orders']],
    ['VACUUM (NOVEL) orders', 'unmapped'],
  ],
  ClusterStmt: [
    ['CLUSTER orders USING orders_pkey', ['cluster public.orders']],
    ['CLUSTER', ['cluster']],
  ],
  ReindexStmt: [
    ['REINDEX (CONCURRENTLY) TABLE orders', ['reindex public.orders']],
    ['REINDEX INDEX orders_pkey', ['reindex public.orders']],
    ['REINDEX SCHEMA audit', ['reindex audit']],
    ['REINDEX DATABASE', ['reindex']],
    ['REINDEX SYSTEM orders', ['reindex']],
    ['REINDEX (TABLESPACE fast) TABLE orders', ['reindex public.orders', 'useTablespace on orders-db/tablespace/fast']],
    ['REINDEX SCHEMA pg_catalog', 'unmapped'],
  ],
  RefreshMatViewStmt: [
    [
      'REFRESH MATERIALIZED VIEW CONCURRENTLY totals',
      ['refresh public.totals', 'select public.orders', 'execute public.tenant()'],
    ],
    ['REFRESH MATERIALIZED VIEW totals WITH NO DATA', ['refresh public.totals']],
    ['REFRESH MATERIALIZED VIEW orders', 'unmapped'],
  ],
  CheckPointStmt: [['CHECKPOINT', ['checkpoint on orders-db']]],

  DoStmt: [
    ['DO $$ BEGIN END $$', ['do']],
    ["DO LANGUAGE plperlu 'x'", ['do']],
  ],
  CallStmt: [
    ['CALL pg_catalog.pg_sleep(1)', ['execute pg_catalog.pg_sleep(float8)']],
    ['CALL purge(1)', ['execute public.purge(int4)']],
    ['CALL purge((SELECT max(id) FROM orders))', ['select public.orders', 'execute public.purge(int4)']],
    ['CALL nowhere(1)', 'unresolved'],
  ],
  CreateFunctionStmt: [
    ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', ['createFunction public']],
    [
      "CREATE OR REPLACE PROCEDURE audit.f(a status DEFAULT NULL) LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit AS 'x'",
      ['createFunction audit', 'alterFunction audit.function.f'],
    ],
    [
      'CREATE FUNCTION f() RETURNS SETOF orders BEGIN ATOMIC DELETE FROM items; SELECT * FROM orders; END',
      ['createFunction public', 'delete public.items', 'select public.orders'],
    ],
    [
      'CREATE FUNCTION f(a float8 DEFAULT pg_reload_conf()) RETURNS int RETURN 1',
      ['createFunction public', 'execute pg_catalog.pg_reload_conf()'],
    ],
    [
      'CREATE FUNCTION f() RETURNS int RETURN (SELECT max(id) FROM audit.events)',
      ['createFunction public', 'select audit.events'],
    ],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS 'x'", 'unmapped'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = postgres AS 'x'", 'unmapped'],
    ["CREATE FUNCTION pg_catalog.f() RETURNS int LANGUAGE sql AS 'x'", 'unmapped'],
  ],
  AlterFunctionStmt: [
    ['ALTER FUNCTION purge(int) SECURITY DEFINER', ['alterFunction public.function.purge']],
    ['ALTER FUNCTION audit.f COST 5 RESET ALL', ['alterFunction audit.function.f']],
    ['ALTER FUNCTION purge SUPPORT x', 'unmapped'],
    ['ALTER FUNCTION nowhere() STABLE', 'unresolved'],
    ['ALTER FUNCTION upper(text) SECURITY DEFINER', 'unresolved'],
    ['ALTER FUNCTION pg_catalog.pg_read_file(text) SECURITY DEFINER', 'unmapped'],
  ],
  CreateTrigStmt: [
    [
      'CREATE TRIGGER t BEFORE UPDATE OF n ON orders FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      ['createTrigger public.orders', 'execute pg_catalog.suppress_redundant_updates_trigger()'],
    ],
    [
      'CREATE OR REPLACE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION purge()',
      ['createTrigger public.orders', 'execute public.purge(int4)'],
    ],
    ['CREATE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION nowhere()', 'unresolved'],
  ],
  RuleStmt: [
    [
      'CREATE RULE r AS ON INSERT TO orders WHERE new.n > 1 DO ALSO (INSERT INTO audit.events VALUES (new.n); DELETE FROM items)',
      ['createRule public.orders', 'insert audit.events', 'delete public.items'],
    ],
    ['CREATE RULE r AS ON DELETE TO orders DO INSTEAD NOTHING', ['createRule public.orders']],
    ['CREATE RULE r AS ON DELETE TO orders DO NOTIFY x', 'unmapped'],
    ['CREATE RULE r AS ON INSERT TO orders DO ALSO SELECT * FROM new', 'unresolved'],
  ],
  CreateEventTrigStmt: [
    [
      'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION pg_reload_conf()',
      ['createEventTrigger', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  AlterEventTrigStmt: [['ALTER EVENT TRIGGER e DISABLE', ['alterEventTrigger event trigger.e']]],
  CreatePLangStmt: [
    ['CREATE LANGUAGE l HANDLER pg_reload_conf', ['createLanguage', 'execute pg_catalog.pg_reload_conf()']],
  ],
  CreateTransformStmt: [
    [
      'CREATE TRANSFORM FOR status LANGUAGE sql (FROM SQL WITH FUNCTION pg_reload_conf())',
      ['createTransform', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  CreateCastStmt: [
    ['CREATE CAST (status AS text) WITH INOUT AS IMPLICIT', ['createCast']],
    [
      'CREATE CAST (status AS int) WITH FUNCTION pg_reload_conf()',
      ['createCast', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  CreateConversionStmt: [
    [
      "CREATE DEFAULT CONVERSION audit.c FOR 'LATIN1' TO 'UTF8' FROM pg_reload_conf",
      ['createConversion audit', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  CreateAmStmt: [
    [
      'CREATE ACCESS METHOD a TYPE INDEX HANDLER pg_reload_conf',
      ['createAccessMethod', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  LoadStmt: [["LOAD 'auto_explain'", ['load on orders-db']]],
  CreateExtensionStmt: [
    ["CREATE EXTENSION IF NOT EXISTS dblink SCHEMA audit VERSION '1'", ['createExtension']],
    ['CREATE EXTENSION dblink CASCADE', 'unmapped'],
  ],
  AlterExtensionStmt: [["ALTER EXTENSION dblink UPDATE TO '2'", ['alterExtension extension.dblink']]],
  AlterExtensionContentsStmt: [
    ['ALTER EXTENSION e ADD TABLE orders', ['alterExtension extension.e', 'alterTable public.orders']],
    ['ALTER EXTENSION e DROP FUNCTION audit.f(int)', ['alterExtension extension.e', 'alterFunction audit.function.f']],
    ['ALTER EXTENSION e ADD CAST (int AS text)', ['alterExtension extension.e']],
  ],

  GrantStmt: [
    ['GRANT SELECT, INSERT (n) ON orders, audit.events TO public', ['grant public.orders', 'grant audit.events']],
    ['GRANT USAGE ON SEQUENCE orders_id_seq TO x', ['grant public.orders_id_seq']],
    ['REVOKE ALL ON SCHEMA audit FROM x', ['revoke audit']],
    ['REVOKE GRANT OPTION FOR SELECT ON orders FROM x', ['revoke public.orders']],
    ['REVOKE TEMP ON DATABASE orders FROM public', ['revoke']],
    ['REVOKE USAGE ON DOMAIN audit.d FROM x', ['revoke audit.type.d']],
    ['REVOKE ALTER SYSTEM ON PARAMETER work_mem FROM x', ['revoke on orders-db']],
    ['GRANT ALL ON ALL TABLES IN SCHEMA audit TO x WITH GRANT OPTION', ['grant audit']],
    ['GRANT CONNECT ON DATABASE other TO x', ['grant on orders-db/other']],
    ['GRANT EXECUTE ON FUNCTION purge(int), audit.f() TO x', ['grant public.function.purge', 'grant audit.function.f']],
    ['GRANT USAGE ON TYPE status TO x', ['grant public.type.status']],
    ['GRANT USAGE ON LANGUAGE plpgsql TO x', ['grant language.plpgsql']],
    ['GRANT USAGE ON FOREIGN SERVER s TO x', ['grant server.s']],
    ['GRANT CREATE ON TABLESPACE fast TO x', ['grant on orders-db/tablespace/fast']],
    ['GRANT SELECT ON LARGE OBJECT 5 TO x', ['grant large object.5']],
    ['GRANT SET ON PARAMETER log_min_messages TO x', ['grant on orders-db']],
    ['GRANT EXECUTE ON FUNCTION pg_read_file(text) TO x', 'unresolved'],
    ['GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO x', 'unmapped'],
    ['GRANT SELECT ON pg_catalog.pg_class TO x', 'unmapped'],
    ['GRANT SELECT ON orders TO CURRENT_USER', 'unresolved'],
    ['GRANT SELECT ON orders TO x GRANTED BY y', 'unmapped'],
    ['REVOKE SELECT ON orders FROM x CASCADE', 'unresolved'],
  ],
  GrantRoleStmt: [
    ['GRANT a, b TO c WITH ADMIN OPTION', ['grantRole on orders-db/role/a', 'grantRole on orders-db/role/b']],
    ['REVOKE ADMIN OPTION FOR a FROM c', ['revokeRole on orders-db/role/a']],
  ],
  AlterDefaultPrivilegesStmt: [
    ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x', ['alterDefaultPrivileges']],
    [
      'ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA audit REVOKE ALL ON FUNCTIONS FROM public',
      ['alterDefaultPrivileges audit', 'alterRole on orders-db/role/r'],
    ],
  ],
  CreateRoleStmt: [
    ["CREATE ROLE r LOGIN SUPERUSER PASSWORD 'x'", ['createRole on orders-db']],
    [
      'CREATE USER r IN ROLE a ROLE b',
      ['createRole on orders-db', 'grantRole on orders-db/role/r', 'grantRole on orders-db/role/a'],
    ],
  ],
  AlterRoleStmt: [
    ['ALTER ROLE r CREATEROLE', ['alterRole on orders-db/role/r']],
    ['ALTER GROUP g DROP USER u', ['alterRole on orders-db/role/g', 'revokeRole on orders-db/role/g']],
    ['ALTER ROLE CURRENT_USER SUPERUSER', 'unresolved'],
  ],
  AlterRoleSetStmt: [
    ['ALTER ROLE r SET search_path = audit', ['alterRole on orders-db/role/r']],
    ['ALTER ROLE ALL RESET ALL', ['alterRole on orders-db']],
    ['ALTER ROLE r SET role = postgres', 'unmapped'],
    ['ALTER ROLE r SET standard_conforming_strings = off', 'unmapped'],
  ],
  DropRoleStmt: [['DROP ROLE IF EXISTS r, s', ['dropRole on orders-db/role/r', 'dropRole on orders-db/role/s']]],
  DropOwnedStmt: [
    ['DROP OWNED BY r', ['dropOwned']],
    ['DROP OWNED BY r CASCADE', 'unresolved'],
  ],
  ReassignOwnedStmt: [['REASSIGN OWNED BY r TO s', ['reassignOwned']]],
  AlterOwnerStmt: [
    ['ALTER SCHEMA audit OWNER TO x', ['changeOwner audit']],
    ['ALTER DATABASE orders OWNER TO x', ['changeOwner']],
    ['ALTER FUNCTION purge(int) OWNER TO x', ['changeOwner public.function.purge']],
    ['ALTER TYPE status OWNER TO x', ['changeOwner public.type.status']],
    ['ALTER OPERATOR audit.+ (int, int) OWNER TO x', ['changeOwner audit.operator.+']],
    ['ALTER OPERATOR CLASS audit.c USING btree OWNER TO x', ['changeOwner audit.operator class.c']],
    ['ALTER LARGE OBJECT 5 OWNER TO x', ['changeOwner large object.5']],
    ['ALTER SERVER s OWNER TO SESSION_USER', 'unresolved'],
    ['ALTER COLLATION c OWNER TO x', 'unresolved'],
  ],
  CreatePolicyStmt: [
    [
      'CREATE POLICY p ON orders TO public USING (n = pg_reload_conf())',
      ['createPolicy public.orders', 'execute pg_catalog.pg_reload_conf()'],
    ],
    [
      'CREATE POLICY p ON orders FOR SELECT TO x USING (EXISTS (SELECT FROM items))',
      ['createPolicy public.orders', 'select public.items'],
    ],
  ],
  AlterPolicyStmt: [['ALTER POLICY p ON orders USING (true)', ['alterPolicy public.orders']]],
  SecLabelStmt: [
    ["SECURITY LABEL FOR x ON TABLE orders IS 'y'", ['securityLabel public.orders']],
    ["SECURITY LABEL ON SCHEMA audit IS 'y'", ['securityLabel audit']],
    ["SECURITY LABEL ON DATABASE orders IS 'y'", ['securityLabel']],
    ["SECURITY LABEL ON ROLE r IS 'y'", ['securityLabel on orders-db/role/r']],
  ],
  CommentStmt: [
    ["COMMENT ON TABLE orders IS 'x'", ['comment public.orders']],
    ["COMMENT ON COLUMN audit.events.note IS 'x'", ['comment audit.events']],
    ["COMMENT ON CONSTRAINT c ON orders IS 'x'", ['comment public.orders']],
    ["COMMENT ON TRIGGER t ON triggered IS 'x'", ['comment public.triggered']],
    ["COMMENT ON INDEX orders_pkey IS 'x'", ['comment public.orders']],
    ["COMMENT ON SCHEMA audit IS 'x'", ['comment audit']],
    ["COMMENT ON DATABASE orders IS 'x'", ['comment']],
    ["COMMENT ON FUNCTION purge(int) IS 'x'", ['comment public.function.purge']],
    ["COMMENT ON AGGREGATE audit.a(*) IS 'x'", ['comment audit.function.a']],
    ["COMMENT ON TYPE status IS 'x'", ['comment public.type.status']],
    ["COMMENT ON CONSTRAINT c ON DOMAIN status IS 'x'", ['comment public.type.status']],
    ["COMMENT ON CAST (int AS text) IS 'x'", ['comment']],
    ["COMMENT ON EXTENSION e IS 'x'", ['comment extension.e']],
    ["COMMENT ON ROLE r IS 'x'", ['comment on orders-db/role/r']],
    ["COMMENT ON TEXT SEARCH PARSER audit.p IS 'x'", ['comment audit.text search parser.p']],
    ["COMMENT ON TYPE int IS 'x'", 'unmapped'],
    ["COMMENT ON COLUMN a.b.c.d IS 'x'", 'unmapped'],
  ],
  AlterObjectDependsStmt: [
    ['ALTER FUNCTION audit.f() DEPENDS ON EXTENSION e', ['alterFunction audit.function.f']],
    ['ALTER TRIGGER t ON orders DEPENDS ON EXTENSION e', ['alterTrigger public.orders']],
    ['ALTER INDEX orders_pkey NO DEPENDS ON EXTENSION e', ['alterIndex public.orders']],
  ],

  CreateFdwStmt: [
    [
      'CREATE FOREIGN DATA WRAPPER w HANDLER pg_reload_conf',
      ['createForeignDataWrapper', 'execute pg_catalog.pg_reload_conf()'],
    ],
  ],
  AlterFdwStmt: [['ALTER FOREIGN DATA WRAPPER w NO HANDLER', ['alterForeignDataWrapper foreign data wrapper.w']]],
  CreateForeignServerStmt: [['CREATE SERVER s FOREIGN DATA WRAPPER w', ['createForeignServer']]],
  AlterForeignServerStmt: [["ALTER SERVER s OPTIONS (SET host 'x')", ['alterForeignServer server.s']]],
  CreateForeignTableStmt: [
    ["CREATE FOREIGN TABLE audit.f (a int OPTIONS (x 'y')) SERVER s", ['createForeignTable audit']],
    ['CREATE FOREIGN TABLE f PARTITION OF orders DEFAULT SERVER s', 'unmapped'],
  ],
  ImportForeignSchemaStmt: [['IMPORT FOREIGN SCHEMA x FROM SERVER s INTO audit', ['importForeignSchema audit']]],
  CreateUserMappingStmt: [
    ["CREATE USER MAPPING FOR x SERVER s OPTIONS (password 'y')", ['createUserMapping server.s']],
    ['CREATE USER MAPPING FOR CURRENT_USER SERVER s', 'unresolved'],
  ],
  AlterUserMappingStmt: [["ALTER USER MAPPING FOR x SERVER s OPTIONS (SET user 'y')", ['alterUserMapping server.s']]],
  DropUserMappingStmt: [['DROP USER MAPPING FOR public SERVER s', ['dropUserMapping server.s']]],
  CreatePublicationStmt: [
    ['CREATE PUBLICATION p FOR ALL TABLES', ['createPublication']],
    [
      'CREATE PUBLICATION p FOR TABLE orders WHERE (n > 1), TABLES IN SCHEMA audit',
      ['createPublication', 'select public.orders', 'createPublication audit'],
    ],
  ],
  AlterPublicationStmt: [
    ['ALTER PUBLICATION p ADD TABLE orders', ['alterPublication publication.p', 'select public.orders']],
    ['ALTER PUBLICATION p DROP TABLE orders', ['alterPublication publication.p']],
    ['ALTER PUBLICATION p SET (novel = 1)', 'unmapped'],
  ],
  CreateSubscriptionStmt: [["CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", ['createSubscription']]],
  AlterSubscriptionStmt: [["ALTER SUBSCRIPTION s CONNECTION 'x'", ['alterSubscription subscription.s']]],
  DropSubscriptionStmt: [['DROP SUBSCRIPTION s', ['dropSubscription subscription.s']]],

  AlterSystemStmt: [
    ['ALTER SYSTEM SET work_mem = 1', ['alterSystem on orders-db']],
    ['ALTER SYSTEM RESET ALL', ['alterSystem on orders-db']],
    ['ALTER SYSTEM SET client_encoding = SJIS', 'unmapped'],
  ],
  CreatedbStmt: [
    [
      'CREATE DATABASE d OWNER x STRATEGY file_copy TABLESPACE fast',
      ['createDatabase on orders-db', 'useTablespace on orders-db/tablespace/fast'],
    ],
    ['CREATE DATABASE d NOVEL 1', 'unmapped'],
  ],
  DropdbStmt: [['DROP DATABASE d WITH (FORCE)', ['dropDatabase on orders-db/d']]],
  AlterDatabaseStmt: [['ALTER DATABASE d CONNECTION LIMIT 1', ['alterDatabase on orders-db/d']]],
  AlterDatabaseRefreshCollStmt: [['ALTER DATABASE d REFRESH COLLATION VERSION', ['alterDatabase on orders-db/d']]],
  AlterDatabaseSetStmt: [
    ['ALTER DATABASE d SET work_mem = 1', ['alterDatabase on orders-db/d']],
    ['ALTER DATABASE d SET session_replication_role = replica', 'unmapped'],
  ],
  CreateTableSpaceStmt: [["CREATE TABLESPACE t LOCATION '/x'", ['createTablespace on orders-db']]],
  DropTableSpaceStmt: [['DROP TABLESPACE t', ['dropTablespace on orders-db/tablespace/t']]],
  AlterTableSpaceOptionsStmt: [
    ['ALTER TABLESPACE t SET (seq_page_cost = 1)', ['alterTablespace on orders-db/tablespace/t']],
  ],
  AlterTableMoveAllStmt: [
    [
      'ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b',
      ['alterTablespace on orders-db/tablespace/a', 'useTablespace on orders-db/tablespace/b'],
    ],
  ],
}
