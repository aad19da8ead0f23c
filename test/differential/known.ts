/** Locks that no request speaks for, statement by statement, with the reason why that is right or where it is said. */
export const unasked: { readonly [sql: string]: { readonly locks: readonly string[]; readonly why: string } } = {
  "SELECT nextval('counter')": {
    locks: ['RowExclusiveLock public/counter'],
    why: 'asked as `execute` of nextval, which has the tag `sequence`; its argument is a value',
  },
  "SELECT currval('counter')": { locks: ['RowExclusiveLock public/counter'], why: 'as nextval' },
  "SELECT setval('counter', 3)": { locks: ['RowExclusiveLock public/counter'], why: 'as nextval' },
  "SELECT pg_get_viewdef('seen')": {
    locks: ['AccessShareLock public/customers', 'AccessShareLock public/orders', 'AccessShareLock public/seen'],
    why: 'it prints the text of the view, which pg_catalog shows to everybody, and reads no row',
  },
  'INSERT INTO measures_low VALUES (2)': {
    locks: ['AccessShareLock public/measures'],
    why: 'the bounds of a partition are looked up in its parent, no row is read',
  },
  'SELECT * FROM guarded': {
    locks: ['AccessShareLock public/third'],
    why: 'a row-security policy: README, "What stays outside"',
  },
  'DELETE FROM guarded': {
    locks: ['AccessShareLock public/third'],
    why: 'a row-security policy: README, "What stays outside"',
  },
  'INSERT INTO defaulted (id) VALUES (1)': {
    locks: ['AccessShareLock public/third'],
    why: 'a default: README, "What stays outside"',
  },
  'INSERT INTO constrained VALUES (1)': {
    locks: ['AccessShareLock public/third'],
    why: 'a CHECK: README, "What stays outside"',
  },
  'ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey': {
    locks: ['AccessExclusiveLock public/customers'],
    why: 'takes the trigger of the foreign key off the table that it refers to; no row and no definition of it changes',
  },
  'DROP TABLE items': {
    locks: ['AccessExclusiveLock public/orders'],
    why: 'takes the triggers of its foreign key off the other table',
  },
  'DROP TABLE measures_low': {
    locks: ['AccessExclusiveLock public/measures', 'AccessExclusiveLock public/measures_rest'],
    why: 'a partition is asked for by its own name, as PostgreSQL does; its parent loses a bound, and the default partition with it',
  },
}

/** Relations that are asked for and not touched. More than this would be asked in vain. */
export const untouched: { readonly [sql: string]: readonly string[] } = {
  'DROP TABLE IF EXISTS other, missing': ['dropTable public/missing'],
  'DROP INDEX IF EXISTS totals_n, missing': ['dropIndex public/missing'],
  'SAVEPOINT a; DELETE FROM plain; ROLLBACK TO a': ['delete public/plain'], // the lock went with the savepoint
}

/** Statements that an older server refuses, by the version that first takes them. */
export const since: { readonly [sql: string]: number } = {
  "SELECT * FROM JSON_TABLE((SELECT '[1]'::jsonb FROM third LIMIT 1), '$[*]' COLUMNS (x int PATH '$'))": 17,
  "SELECT JSON_VALUE((SELECT data FROM orders LIMIT 1), '$' PASSING (SELECT 1 FROM third) AS x DEFAULT 'x' ON ERROR)": 17,
  "SELECT JSON_OBJECT('a': (SELECT max(id) FROM plain)), JSON_ARRAY(SELECT id FROM other)": 16,
  'SELECT JSON_ARRAYAGG(id ORDER BY (SELECT 1 FROM third)) FROM plain': 16,
  "SELECT INTERVAL '1' DAY, DATE '2020-01-01', B'101', X'1f', N'x', 1e3, 0x1F, 1_000, 0b11, 0o17": 16,
  'UPDATE plain SET a = 1 RETURNING OLD.a, NEW.a': 18,
  'DELETE FROM plain RETURNING WITH (OLD AS o) o.a': 18,
  'WITH x AS (MERGE INTO plain USING other ON plain.id = other.id WHEN MATCHED THEN DELETE RETURNING merge_action(), plain.id) SELECT * FROM x': 17,
  'MERGE INTO plain USING other ON plain.id = other.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN DO NOTHING': 17,
  'MERGE INTO plain USING other ON plain.id = other.id WHEN MATCHED THEN DO NOTHING RETURNING plain.id, (SELECT max(id) FROM third)': 17,
  'SELECT\f1\vFROM\tplain': 16, // a vertical tab is white space
}
