/** The part of `columnAsks` that writes, copies or defines. */
export const columnWrites: readonly (readonly [string, readonly string[]])[] = [
  ['INSERT INTO items DEFAULT VALUES', ['insert items ()']],
  ['INSERT INTO items VALUES (1)', ['insert items (id)']],
  ['INSERT INTO items VALUES (1, 2), (3, 4)', ['insert items (id, order_id)']],
  ["INSERT INTO items (sku) VALUES ('a')", ['insert items (sku)']],
  ["INSERT INTO items (sku, email) VALUES ('a', DEFAULT)", ['insert items (email, sku)']],
  [
    'INSERT INTO items (id, email) SELECT id, email FROM customers',
    ['insert items (email, id)', 'select customers (email, id)'],
  ],
  ['INSERT INTO items SELECT id, 1 FROM customers', ['insert items (id, order_id)', 'select customers (id)']],
  ['INSERT INTO items SELECT id FROM customers UNION SELECT 1', ['insert items (id)', 'select customers (id)']],
  [
    'INSERT INTO items TABLE items',
    ['insert items (email, id, order_id, sku, spare)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'INSERT INTO items SELECT i.* FROM items i',
    ['insert items (email, id, order_id, sku, spare)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'INSERT INTO items WITH x AS (SELECT id FROM customers) SELECT * FROM x',
    ['insert items (email, id, order_id, sku, spare)', 'select customers (id)'],
  ],
  ["INSERT INTO items (sku) VALUES ('a') RETURNING id", ['insert items (sku)', 'select items (id)']],
  [
    "INSERT INTO items (sku) VALUES ('a') RETURNING *",
    ['insert items (sku)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    "INSERT INTO items AS i (sku) VALUES ('a') RETURNING i.email, new.id, old.sku",
    ['insert items (sku)', 'select items (email, id, sku)'],
  ],
  ['INSERT INTO customers (id) VALUES (1) ON CONFLICT DO NOTHING', ['insert customers (id)']],
  [
    'INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO NOTHING',
    ['insert customers (id)', 'select customers (id)'],
  ],
  [
    'INSERT INTO customers (id) VALUES (1) ON CONFLICT ON CONSTRAINT customers_pkey DO NOTHING',
    ['insert customers (id)', 'select customers (email, id, name, phone, spare)'],
  ],
  [
    "INSERT INTO customers (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    ['insert customers (id, name)', 'update customers (name)', 'select customers (id, name)'],
  ],
  [
    "INSERT INTO customers (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = customers.phone WHERE customers.email IS NULL",
    ['insert customers (id, name)', 'update customers (name)', 'select customers (email, id, phone)'],
  ],
  [
    'INSERT INTO customers AS c (id) VALUES (1) ON CONFLICT (email) DO UPDATE SET (name, phone) = (excluded.email, c.name) RETURNING c.spare',
    ['insert customers (id)', 'update customers (name, phone)', 'select customers (email, name, spare)'],
  ],
  ["INSERT INTO orders (id, tags[1], place.city) VALUES (1, 1, 'a')", ['insert orders (id, place, tags)']],
  ["UPDATE customers SET name = 'a'", ['update customers (name)']],
  ['UPDATE customers SET name = phone', ['update customers (name)', 'select customers (phone)']],
  ["UPDATE customers SET name = 'a' WHERE email = 'b'", ['update customers (name)', 'select customers (email)']],
  ['UPDATE customers AS c SET name = c.phone', ['update customers (name)', 'select customers (phone)']],
  ["UPDATE customers SET (name, phone) = ('a', 'b')", ['update customers (name, phone)']],
  [
    'UPDATE customers SET (name, phone) = (SELECT sku, customers.email FROM items WHERE id = 1)',
    ['update customers (name, phone)', 'select customers (email)', 'select items (id, sku)'],
  ],
  [
    "UPDATE customers SET name = 'a' RETURNING *",
    ['update customers (name)', 'select customers (email, id, name, phone, spare)'],
  ],
  [
    "UPDATE customers SET name = 'a' RETURNING phone, old.name, new.email",
    ['update customers (name)', 'select customers (email, name, phone)'],
  ],
  [
    "UPDATE customers SET name = 'a' RETURNING WITH (OLD AS o, NEW AS n) o.phone, n.email",
    ['update customers (name)', 'select customers (email, phone)'],
  ],
  [
    "UPDATE customers SET name = 'a' RETURNING old",
    ['update customers (name)', 'select customers (email, id, name, phone, spare)'],
  ],
  [
    'UPDATE customers SET name = i.sku FROM items i WHERE i.email = customers.email',
    ['update customers (name)', 'select customers (email)', 'select items (email, sku)'],
  ],
  [
    'UPDATE customers SET name = sku FROM items WHERE customers.id = order_id RETURNING items.*',
    ['update customers (name)', 'select customers (id)', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'UPDATE customers SET name = x.s FROM (SELECT sku AS s FROM items) x',
    ['update customers (name)', 'select items (sku)'],
  ],
  ["UPDATE customers SET name = 'a' FROM items", ['update customers (name)', 'select items ()']],
  ["UPDATE orders SET tags[1] = 2, place.city = 'a'", ['update orders (place, tags)']],
  ['UPDATE orders SET tags[customer_id] = 2', ['update orders (tags)', 'select orders (customer_id)']],
  [
    'WITH x AS (SELECT email FROM items) UPDATE customers SET name = x.email FROM x',
    ['select items (email)', 'update customers (name)'],
  ],
  ['DELETE FROM items', ['delete items']],
  ["DELETE FROM items WHERE sku = 'a'", ['delete items', 'select items (sku)']],
  [
    'DELETE FROM items WHERE id IN (SELECT customer_id FROM orders WHERE note = sku)',
    ['delete items', 'select items (id, sku)', 'select orders (customer_id, note)'],
  ],
  [
    'DELETE FROM items i USING customers c WHERE c.email = i.email',
    ['delete items', 'select items (email)', 'select customers (email)'],
  ],
  ['DELETE FROM items RETURNING id, old.sku', ['delete items', 'select items (id, sku)']],
  [
    'DELETE FROM items USING customers RETURNING *',
    [
      'delete items',
      'select items (email, id, order_id, sku, spare)',
      'select customers (email, id, name, phone, spare)',
    ],
  ],
  [
    'MERGE INTO customers c USING items i ON c.id = i.id WHEN MATCHED THEN UPDATE SET name = i.sku',
    ['select customers (id)', 'update customers (name)', 'select items (id, sku)'],
  ],
  [
    "MERGE INTO customers c USING items i ON c.id = i.id WHEN MATCHED AND c.email = 'a' THEN UPDATE SET name = phone WHEN NOT MATCHED THEN INSERT (id, name) VALUES (i.id, i.sku)",
    [
      'select customers (email, id, phone)',
      'update customers (name)',
      'insert customers (id, name)',
      'select items (id, sku)',
    ],
  ],
  [
    'MERGE INTO customers c USING (SELECT * FROM items) i ON c.id = i.id WHEN MATCHED THEN DELETE',
    ['select customers (id)', 'delete customers', 'select items (email, id, order_id, sku, spare)'],
  ],
  [
    'MERGE INTO customers c USING items i ON c.id = i.id WHEN NOT MATCHED THEN INSERT VALUES (i.id, i.sku)',
    ['select customers (id)', 'insert customers (id, name)', 'select items (id, sku)'],
  ],
  [
    'MERGE INTO customers c USING items i ON c.id = i.id WHEN NOT MATCHED THEN INSERT DEFAULT VALUES',
    ['select customers (id)', 'insert customers ()', 'select items (id)'],
  ],
  [
    "MERGE INTO customers c USING items i ON c.id = i.id WHEN MATCHED THEN UPDATE SET name = 'a' RETURNING merge_action(), c.phone, old.email, i.sku",
    ['select customers (email, id, phone)', 'update customers (name)', 'select items (id, sku)'],
  ],
  [
    'MERGE INTO customers USING items ON customers.id = order_id WHEN MATCHED THEN DO NOTHING',
    ['select customers (id)', 'select items (order_id)'],
  ],
  [
    'MERGE INTO customers USING items i ON i.order_id = 1 WHEN NOT MATCHED AND email IS NULL THEN INSERT (name) VALUES (sku)',
    ['insert customers (name)', 'select items (email, order_id, sku)'],
  ],
  [
    'MERGE INTO customers USING items i ON i.order_id = 1 WHEN NOT MATCHED BY SOURCE AND email IS NULL THEN DELETE',
    ['select customers (email)', 'delete customers', 'select items (order_id)'],
  ],
  [
    'MERGE INTO customers USING items i ON i.order_id = 1 WHEN MATCHED THEN DO NOTHING',
    ['select customers ()', 'select items (order_id)'],
  ],
  ['COPY customers TO STDOUT', ['copyTo customers (email, id, name, phone, spare)']],
  ['COPY customers (id, name) TO STDOUT', ['copyTo customers (id, name)']],
  ['COPY (SELECT email FROM customers) TO STDOUT', ['select customers (email)', 'copyTo customers (email)']],
  [
    "COPY (UPDATE customers SET name = 'a' RETURNING phone) TO STDOUT",
    ['update customers (name)', 'select customers (phone)', 'copyTo customers (phone)'],
  ],
  ['COPY customers FROM STDIN', ['copyFrom customers (email, id, name, phone, spare)']],
  ['COPY customers (id, name) FROM STDIN', ['copyFrom customers (id, name)']],
  ['COPY customers (id) FROM STDIN WHERE email IS NULL', ['copyFrom customers (id)', 'select customers (email)']],
  ['CREATE TABLE copied AS SELECT email FROM customers', ['select customers (email)']],
  ['SELECT name INTO copied FROM customers', ['select customers (name)']],
  ['CREATE VIEW seen AS SELECT * FROM (SELECT email FROM customers) x', ['select customers (email)']],
]
