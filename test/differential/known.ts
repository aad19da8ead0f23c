/** Locks that no request speaks for, statement by statement, with the reason why that is right or where it is said. */
export const unasked: { readonly [sql: string]: { readonly locks: readonly string[]; readonly why: string } } = {
  'MERGE INTO plain USING other ON plain.id = other.id WHEN MATCHED THEN DO NOTHING RETURNING plain.id, (SELECT max(id) FROM third)':
    {
      locks: ['RowExclusiveLock public/plain'],
      why: 'a MERGE that does nothing writes nothing, it only reads its target',
    },
  'UPDATE keyed SET id = 7': {
    locks: ['RowShareLock public/keyed'],
    why: 'the server checks the keys that the cascade wrote against the table that it came from',
  },
  'INSERT INTO serials (n) VALUES (1)': {
    locks: ['always', 'big', 'id'].map(name => `RowExclusiveLock public/serials_${name}_seq`),
    why: 'sequences that belong to its columns are a part of the table',
  },
  'INSERT INTO counted (n) VALUES (1)': {
    locks: ['AccessShareLock public/counted', 'RowExclusiveLock public/counted_id_seq'],
    why: 'the sequence is a part of the table, as above',
  },
  'INSERT INTO counted_rest (n) VALUES (1)': {
    locks: ['AccessShareLock public/counted', 'RowExclusiveLock public/counted_id_seq'],
    why: 'the sequence is a part of the table that it is a partition of',
  },
  'DELETE FROM fired_view': {
    locks: ['AccessShareLock public/fired_view'],
    why: 'before PostgreSQL 16 a view that is written to is also opened to be read; its tables are asked as read',
  },
  "SELECT pg_get_viewdef('seen')": {
    locks: ['AccessShareLock public/customers', 'AccessShareLock public/orders', 'AccessShareLock public/seen'],
    why: 'it prints the text of the view, which pg_catalog shows to everybody, and reads no row',
  },
  'INSERT INTO measures_low VALUES (2)': {
    locks: ['AccessShareLock public/measures'],
    why: 'the bounds of a partition are looked up in its parent, no row is read',
  },
  'INSERT INTO measures VALUES (12)': {
    locks: ['AccessShareLock public/measures_high'],
    why: 'the bounds of a partition, as above',
  },
  'ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey': {
    locks: ['AccessExclusiveLock public/customers'],
    why: 'takes the trigger of the foreign key off the table that it refers to; no row and no definition of it changes',
  },
  'DROP TABLE items': {
    locks: ['AccessExclusiveLock public/orders'],
    why: 'takes the triggers of its foreign key off the other table',
  },
  'DROP TABLE measures_high': {
    locks: ['AccessExclusiveLock public/measures', 'AccessExclusiveLock public/measures_rest'],
    why: 'as DROP TABLE measures_low',
  },
  'ALTER TABLE measures DETACH PARTITION measures_low': {
    locks: ['AccessExclusiveLock public/measures_rest'],
    why: 'the default partition gains a bound, as with DROP TABLE measures_low',
  },
  'CREATE TABLE made PARTITION OF measures_high FOR VALUES IN (50)': {
    locks: ['AccessExclusiveLock public/measures_ten'],
    why: 'the default partition is searched for rows of the new one; it is asked by its parent',
  },
  'DROP TABLE measures_low': {
    locks: ['AccessExclusiveLock public/measures', 'AccessExclusiveLock public/measures_rest'],
    why: 'a partition is asked for by its own name, as PostgreSQL does; its parent loses a bound, and the default partition with it',
  },
}

/** Relations that are asked for and not touched. More than this would be asked in vain. */
export const untouched: { readonly [sql: string]: readonly string[] } = {
  'UPDATE keyed SET n = 7': ['update public/keying'], // ON UPDATE CASCADE of a key that is generated, of which columns is not told
  'CREATE VIEW made AS SELECT plain.* FROM plain, seen': ['select public/customers', 'select public/orders'], // no row is read yet
  'COPY numbered (n) FROM STDIN': ['useSequence public/ticks'], // no row comes
  'SELECT * FROM totals': ['select public/orders'], // its rows come from there
  // which partitions hold the rows is not told beforehand
  'COPY measures FROM STDIN': ['high', 'low', 'rest', 'ten'].map(name => `copyFrom public/measures_${name}`),
  'SELECT * FROM measures WHERE id = 1': ['high', 'rest', 'ten'].map(name => `select public/measures_${name}`),
  'INSERT INTO measures VALUES (12)': ['low', 'rest'].map(name => `insert public/measures_${name}`),
  'UPDATE measures SET id = 15 WHERE id = 1': ['update public/measures_rest', 'select public/measures_rest'],
  'DROP TABLE IF EXISTS other, missing': ['dropTable public/missing'],
  'DROP INDEX IF EXISTS totals_n, missing': ['dropIndex public/missing'],
  'SAVEPOINT a; DELETE FROM plain; ROLLBACK TO a': ['delete public/plain'], // the lock went with the savepoint
}

/** Statements that an older server refuses, by the version that first takes them. */
export const since: { readonly [sql: string]: number } = {
  'MERGE INTO simple USING other ON simple.id = other.id WHEN MATCHED THEN DELETE': 17,
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
