import { columnWrites } from './column-writes.test-support.ts'
import type { PostgresSnapshot } from './snapshot.ts'

/** The tables that the statements below are about, as a server makes them; `spare` is read by none. */
export const tables: { readonly [table: string]: { readonly [column: string]: string } } = {
  customers: { id: 'int PRIMARY KEY', name: 'text', email: 'text UNIQUE', phone: 'text', spare: 'int' },
  orders: {
    ...{ id: 'int PRIMARY KEY', customer_id: 'int', total: 'numeric', note: 'text' },
    ...{ tags: 'int[]', place: 'place', spare: 'int' },
  },
  items: { id: 'int', order_id: 'int', sku: 'text', email: 'text', spare: 'int' },
}

export const columnsSetup = `CREATE TYPE place AS (city text, zip text);
${Object.entries(tables)
  .map(
    ([table, columns]) =>
      `CREATE TABLE ${table} (${Object.entries(columns)
        .map(([column, type]) => `${column} ${type}`)
        .join(', ')});`,
  )
  .join('\n')}`

export const columnsSnapshot: PostgresSnapshot = {
  version: 1,
  database: 'shop',
  searchPath: ['public'],
  relations: Object.entries(tables).map(([name, columns]) => ({
    ...{ schema: 'public', name, kind: 'table' as const, columns: Object.keys(columns) },
  })),
  functions: [],
  types: ['text', 'int4'].map(name => ({ schema: 'pg_catalog', name })),
  operators: [],
}

/** Statements whose columns the server demands no privilege for, since it never runs them or since we do not know better. */
export const wider: ReadonlySet<string> = new Set([
  'WITH x AS (SELECT email FROM customers) SELECT 1', // a query that nothing refers to is not run
  'CREATE VIEW seen AS SELECT * FROM (SELECT email FROM customers) x', // whoever reads the view is asked
  'INSERT INTO items WITH x AS (SELECT id FROM customers) SELECT * FROM x', // how many columns `*` gives is not counted
  'INSERT INTO customers (id) VALUES (1) ON CONFLICT ON CONSTRAINT customers_pkey DO NOTHING', // of which columns it is
])

/** What is asked of columns: held against the privileges that a real server demands. */
export const columnAsks: readonly (readonly [string, readonly string[]])[] = [
  ...columnWrites,
  ['SELECT id FROM customers', ['select customers (id)']],
  ['SELECT email FROM customers c', ['select customers (email)']],
  ['SELECT c.email FROM customers c', ['select customers (email)']],
  ['SELECT customers.email FROM customers', ['select customers (email)']],
  ['SELECT public.customers.email FROM public.customers', ['select customers (email)']],
  ['SELECT public.customers.email FROM customers', ['select customers (email)']],
  ['SELECT * FROM customers', ['select customers (email, id, name, phone, spare)']],
  ['SELECT c.* FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT public.customers.* FROM customers', ['select customers (email, id, name, phone, spare)']],
  ['TABLE items', ['select items (email, id, order_id, sku, spare)']],
  ['SELECT count(*) FROM customers', ['select customers ()']],
  ['SELECT 1 FROM customers', ['select customers ()']],
  ['SELECT FROM customers', ['select customers ()']],
  ['SELECT count(c) FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT count(c.*) FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT c FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT c::text FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT row_to_json(c) FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT c IS NULL FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT (c).email FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT (c).* FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT customers FROM customers', ['select customers (email, id, name, phone, spare)']],
  ['SELECT id FROM customers c WHERE c = c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT max(c::text) FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT "email" FROM "customers"', ['select customers (email)']],
  ['SELECT ctid, xmin, tableoid FROM customers', ['select customers (ctid, tableoid, xmin)']],
  ["SELECT c.ctid FROM customers c WHERE c.xmax = '0'", ['select customers (ctid, xmax)']],
  ['SELECT lower(email) AS id FROM customers ORDER BY id', ['select customers (email)']],
  ['SELECT lower(name) AS email FROM customers ORDER BY email', ['select customers (name)']],
  ['SELECT lower(name) AS email FROM customers ORDER BY customers.email', ['select customers (email, name)']],
  ['SELECT name AS email FROM customers ORDER BY lower(email)', ['select customers (email, name)']],
  ['SELECT name AS email, count(*) FROM customers GROUP BY email, name', ['select customers (email, name)']],
  ['SELECT lower(name) AS x, count(*) FROM customers GROUP BY x', ['select customers (name)']],
  ['SELECT lower(name), count(*) FROM customers GROUP BY lower ORDER BY count', ['select customers (name)']],
  ['SELECT DISTINCT ON (email) lower(name) AS email FROM customers', ['select customers (name)']],
  ['SELECT DISTINCT ON (email) name FROM customers', ['select customers (email, name)']],
  ['SELECT c.email FROM customers c, items ORDER BY email', ['select customers (email)', 'select items ()']],
  [
    'SELECT DISTINCT ON (sku) i.* FROM items i, (SELECT name AS sku FROM customers) x',
    ['select items (email, id, order_id, sku, spare)', 'select customers (name)'],
  ],
  [
    'SELECT c.*, sku AS x FROM customers c, items ORDER BY spare, lower(sku)',
    ['select customers (email, id, name, phone, spare)', 'select items (sku)'],
  ],
  ['SELECT name FROM customers ORDER BY email', ['select customers (email, name)']],
  ["SELECT name FROM customers GROUP BY name HAVING max(email) > 'a'", ['select customers (email, name)']],
  ['SELECT name FROM customers GROUP BY ROLLUP (name, email)', ['select customers (email, name)']],
  ['SELECT count(*) FROM customers GROUP BY GROUPING SETS ((name, phone), ())', ['select customers (name, phone)']],
  ['SELECT count(*) FROM customers GROUP BY (name, phone)', ['select customers (name, phone)']],
  [
    'SELECT rank() OVER w FROM customers WINDOW w AS (PARTITION BY name ORDER BY email)',
    ['select customers (email, name)'],
  ],
  ['SELECT rank() OVER (ORDER BY email) FROM customers', ['select customers (email)']],
  ['SELECT count(*) FILTER (WHERE email IS NULL) FROM customers', ['select customers (email)']],
  ['SELECT array_agg(name ORDER BY email) FROM customers', ['select customers (email, name)']],
  ['SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY email) FROM customers', ['select customers (email)']],
  [
    "SELECT CASE email WHEN 'a' THEN 1 END, coalesce(phone, name) FROM customers",
    ['select customers (email, name, phone)'],
  ],
  ['SELECT 1 FROM customers LIMIT (SELECT count(email) FROM items)', ['select customers ()', 'select items (email)']],
  ['SELECT x.y FROM (SELECT email AS y FROM customers) x', ['select customers (email)']],
  ['SELECT email FROM (SELECT name AS email FROM customers) x', ['select customers (name)']],
  ['SELECT x.email FROM (SELECT * FROM customers) x', ['select customers (email, id, name, phone, spare)']],
  ['SELECT x FROM (SELECT id FROM customers) x', ['select customers (id)']],
  ['SELECT x.* FROM (SELECT id FROM customers) x, items', ['select customers (id)', 'select items ()']],
  ['SELECT a, b FROM (SELECT id, name FROM customers) x(a, b)', ['select customers (id, name)']],
  ['SELECT a FROM customers AS c(a)', ['select customers (id)']],
  ['SELECT b FROM customers AS c(a, b)', ['select customers (name)']],
  ['SELECT phone FROM customers AS c(a, b)', ['select customers (phone)']],
  ['SELECT c.* FROM customers AS c(a)', ['select customers (email, id, name, phone, spare)']],
  ['SELECT email FROM customers AS c(email, b, x)', ['select customers (id)']],
  ['SELECT c.x FROM customers AS c(email, b, x)', ['select customers (email)']],
  // a name that is given to two columns hides neither
  ['SELECT * FROM customers AS c(id, name, phone)', ['select customers (email, id, name, phone, spare)']],
  ['SELECT c FROM customers AS c(a, a, a)', ['select customers (email, id, name, phone, spare)']],
  ['WITH x AS (SELECT email FROM customers) SELECT * FROM x', ['select customers (email)']],
  ['WITH x AS (SELECT email FROM customers) SELECT 1', ['select customers (email)']],
  ["WITH x(a) AS (SELECT email FROM customers) SELECT a FROM x WHERE a LIKE 'b%'", ['select customers (email)']],
  ['WITH customers AS (SELECT id FROM items) SELECT * FROM customers', ['select items (id)']],
  [
    'WITH x AS (SELECT * FROM customers) SELECT name FROM x, items WHERE sku = x.phone',
    ['select customers (email, id, name, phone, spare)', 'select items (sku)'],
  ],
  [
    'WITH RECURSIVE r AS (SELECT id, customer_id FROM orders UNION ALL SELECT o.id, o.customer_id FROM orders o JOIN r ON r.id = o.customer_id) SELECT * FROM r',
    ['select orders (customer_id, id)'],
  ],
  [
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, items WHERE n < order_id) SELECT n FROM r',
    ['select items (order_id)'],
  ],
  [
    'WITH RECURSIVE r(a) AS (SELECT id FROM items UNION ALL SELECT a FROM r WHERE false) SEARCH DEPTH FIRST BY a SET seq CYCLE a SET is_cycle USING path SELECT seq, is_cycle, path, a FROM r',
    ['select items (id)'],
  ],
  [
    'WITH x AS (DELETE FROM items WHERE id = 1 RETURNING sku) SELECT sku FROM x',
    ['delete items', 'select items (id, sku)'],
  ],
  [
    "WITH x AS (UPDATE customers SET name = 'a' RETURNING *) SELECT id FROM x",
    ['update customers (name)', 'select customers (email, id, name, phone, spare)'],
  ],
  [
    'WITH x AS (INSERT INTO customers (id) VALUES (7) RETURNING id AS n) SELECT n FROM x',
    ['insert customers (id)', 'select customers (id)'],
  ],
  [
    "SELECT id FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE email = 'x')",
    ['select orders (customer_id, id)', 'select customers (email, id)'],
  ],
  [
    'SELECT id FROM orders o WHERE EXISTS (SELECT FROM customers WHERE id = customer_id AND note = name)',
    ['select orders (customer_id, id, note)', 'select customers (id, name)'],
  ],
  [
    'SELECT id FROM orders o WHERE EXISTS (SELECT FROM customers o WHERE o.name = note)',
    ['select orders (id, note)', 'select customers (name)'],
  ],
  [
    'SELECT (SELECT email FROM customers WHERE id = o.customer_id) FROM orders o',
    ['select customers (email, id)', 'select orders (customer_id)'],
  ],
  ['SELECT (SELECT phone) FROM customers', ['select customers (phone)']],
  ['SELECT (SELECT s FROM (SELECT phone AS s) x) FROM customers', ['select customers (phone)']],
  [
    'SELECT (SELECT s FROM items d, (SELECT email AS s) x LIMIT 1) FROM customers',
    ['select items ()', 'select customers (email)'],
  ],
  [
    'SELECT (SELECT s FROM items d, LATERAL (SELECT email AS s) x LIMIT 1) FROM customers',
    ['select items (email)', 'select customers ()'],
  ],
  [
    'SELECT (SELECT count(*) FROM items WHERE email = name) FROM customers',
    ['select items (email)', 'select customers (name)'],
  ],
  [
    'SELECT (SELECT count(*) FROM (VALUES (email)) v(a), items WHERE sku = a) FROM customers',
    ['select items (sku)', 'select customers (email)'],
  ],
  ['SELECT (WITH x AS (SELECT email AS e) SELECT e FROM x) FROM customers', ['select customers (email)']],
  ['SELECT (SELECT c.email) FROM customers c, items', ['select customers (email)', 'select items ()']],
  ['SELECT (SELECT c FROM (SELECT 1) d(e)) FROM customers c', ['select customers (email, id, name, phone, spare)']],
  [
    'SELECT ARRAY(SELECT email FROM items WHERE id = customers.id) FROM customers',
    ['select items (email, id)', 'select customers (id)'],
  ],
  [
    'SELECT id FROM orders WHERE (customer_id, note) IN (SELECT id, name FROM customers)',
    ['select orders (customer_id, id, note)', 'select customers (id, name)'],
  ],
  [
    'SELECT id FROM orders WHERE customer_id = ANY (SELECT id FROM customers)',
    ['select orders (customer_id, id)', 'select customers (id)'],
  ],
  [
    'SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer_id = c.id',
    ['select customers (id, name)', 'select orders (customer_id, total)'],
  ],
  [
    'SELECT name FROM customers c LEFT JOIN items ON items.email = c.email',
    ['select customers (email, name)', 'select items (email)'],
  ],
  ['SELECT 1 FROM customers JOIN items USING (email)', ['select customers (email)', 'select items (email)']],
  ['SELECT email FROM customers JOIN items USING (email)', ['select customers (email)', 'select items (email)']],
  ['SELECT c.email FROM customers c JOIN items i USING (email)', ['select customers (email)', 'select items (email)']],
  ['SELECT j.email FROM customers JOIN items USING (email) AS j', ['select customers (email)', 'select items (email)']],
  ['SELECT j.* FROM customers JOIN items USING (email) AS j', ['select customers (email)', 'select items (email)']],
  [
    'SELECT x.email FROM (SELECT j.* FROM customers JOIN items USING (email) AS j) x',
    ['select customers (email)', 'select items (email)'],
  ],
  [
    'SELECT name FROM customers JOIN items USING (id, email) JOIN orders USING (id)',
    ['select customers (email, id, name)', 'select items (email, id)', 'select orders (id)'],
  ],
  [
    'SELECT 1 FROM customers NATURAL JOIN items',
    ['select customers (email, id, spare)', 'select items (email, id, spare)'],
  ],
  ['SELECT 1 FROM customers NATURAL JOIN (SELECT id FROM items) x', ['select customers (id)', 'select items (id)']],
  [
    'SELECT 1 FROM customers NATURAL JOIN (SELECT * FROM items) x',
    ['select customers (email, id, spare)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'SELECT 1 FROM (SELECT id, phone FROM customers) x NATURAL JOIN items AS i(id, q, phone)',
    ['select customers (id, phone)', 'select items (id, sku)'],
  ],
  ['SELECT 1 FROM customers c CROSS JOIN items i', ['select customers ()', 'select items ()']],
  [
    'SELECT j.name FROM (customers c JOIN items i ON c.id = i.id) j',
    ['select customers (id, name)', 'select items (id)'],
  ],
  [
    'SELECT name FROM (customers c JOIN items i ON c.id = i.id) j',
    ['select customers (id, name)', 'select items (id)'],
  ],
  [
    'SELECT j.* FROM (customers c JOIN items i ON c.id = i.id) j',
    ['select customers (email, id, name, phone, spare)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'SELECT j FROM (customers c JOIN items i ON c.id = i.id) j',
    ['select customers (email, id, name, phone, spare)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'SELECT sku FROM customers c JOIN (items i JOIN orders o ON o.id = i.order_id) ON c.id = o.customer_id',
    ['select customers (id)', 'select items (order_id, sku)', 'select orders (customer_id, id)'],
  ],
  [
    "SELECT a.id FROM orders a JOIN orders b ON a.id = b.customer_id WHERE b.note = 'x'",
    ['select orders (id)', 'select orders (customer_id, note)'],
  ],
  ['SELECT v.name FROM customers, LATERAL (SELECT customers.name) v', ['select customers (name)']],
  [
    'SELECT v.e FROM customers c, LATERAL (SELECT c.email AS e FROM items) v',
    ['select customers (email)', 'select items ()'],
  ],
  [
    'SELECT 1 FROM customers c JOIN LATERAL (SELECT sku FROM items WHERE items.email = c.email) i ON true',
    ['select customers (email)', 'select items (email, sku)'],
  ],
  ['SELECT g FROM orders, unnest(tags) AS g', ['select orders (tags)']],
  ['SELECT n FROM orders o, unnest(o.tags) WITH ORDINALITY AS t(n, i)', ['select orders (tags)']],
  ['SELECT unnest FROM orders, unnest(tags)', ['select orders (tags)']],
  ['SELECT g FROM orders, generate_series(1, customer_id) g', ['select orders (customer_id)']],
  ['SELECT x.a FROM customers, jsonb_to_record(to_jsonb(name)) AS x(a int)', ['select customers (name)']],
  ["SELECT key FROM customers, json_each(json_build_object('a', phone))", ['select customers (phone)']],
  [
    "SELECT j.v FROM customers, JSON_TABLE(to_jsonb(email), '$' COLUMNS (v text PATH '$')) AS j",
    ['select customers (email)'],
  ],
  ['SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) AS f(a, b)', []],
  ['SELECT place FROM orders', ['select orders (place)']],
  ['SELECT (place).city FROM orders', ['select orders (place)']],
  ['SELECT (o.place).zip FROM orders o', ['select orders (place)']],
  ['SELECT (place).* FROM orders', ['select orders (place)']],
  ['SELECT tags[1], tags[customer_id:2] FROM orders', ['select orders (customer_id, tags)']],
  ['SELECT id FROM customers UNION SELECT id FROM items ORDER BY id', ['select customers (id)', 'select items (id)']],
  [
    'SELECT id AS k FROM customers UNION ALL SELECT order_id FROM items ORDER BY k',
    ['select customers (id)', 'select items (order_id)'],
  ],
  ['SELECT email FROM customers EXCEPT SELECT email FROM items', ['select customers (email)', 'select items (email)']],
  [
    '(SELECT name FROM customers ORDER BY phone LIMIT 1) UNION SELECT sku FROM items',
    ['select customers (name, phone)', 'select items (sku)'],
  ],
  [
    'SELECT id FROM (SELECT id FROM customers UNION SELECT order_id FROM items) u',
    ['select customers (id)', 'select items (order_id)'],
  ],
  ['VALUES ((SELECT max(email) FROM customers))', ['select customers (email)']],
  ['VALUES (1), (2) ORDER BY column1', []],
  ['SELECT column1 FROM (VALUES (1)) v', []],
  ['SELECT id FROM customers TABLESAMPLE bernoulli (10)', ['select customers (id)']],
  ['SELECT id FROM customers FOR UPDATE', ['selectForUpdate customers ()', 'select customers (id)']],
  [
    'SELECT c.id FROM customers c, items i WHERE i.id = c.id FOR UPDATE OF i',
    ['selectForUpdate items ()', 'select customers (id)', 'select items (id)'],
  ],
  ['EXPLAIN SELECT email FROM customers', ['select customers (email)']],
  ["SELECT xmlelement(name a, email), json_object('k': phone) FROM customers", ['select customers (email, phone)']],
  ['SELECT JSON_ARRAYAGG(name ORDER BY email) FROM customers', ['select customers (email, name)']],
  [
    'SELECT CAST(email AS text) COLLATE "C", NULLIF(name, phone), name IS DISTINCT FROM \'a\' FROM customers',
    ['select customers (email, name, phone)'],
  ],
  ['SELECT ROW(c.*), ROW(name) FROM customers c', ['select customers (email, id, name, phone, spare)']],
  ['SELECT extract(year FROM now()), greatest(name, email) FROM customers', ['select customers (email, name)']],
  ['SELECT GROUPING(name) FROM customers GROUP BY name', ['select customers (name)']],
]
