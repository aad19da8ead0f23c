import type { PostgresServer } from '../../targets/postgres.ts'

/** The roles of the template, and the login that the gateway shows the target for each. */
export const logins = {
  backup: 'gate_backup',
  reporting: 'gate_reporting',
  migration: 'gate_migration',
  'break-glass': 'gate_break_glass',
} as const
export type OrdersRole = keyof typeof logins

const tables = `
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL);
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL, total numeric(10, 2) NOT NULL
);
CREATE TABLE payments (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, state text NOT NULL, amount numeric(10, 2) NOT NULL);
CREATE SCHEMA audit;
CREATE TABLE audit.events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), actor text NOT NULL, action text NOT NULL);
`

const rows = `
INSERT INTO customers SELECT n, 'Customer ' || n, 'customer' || n || '@example.com' FROM generate_series(1, 40) n;
INSERT INTO orders SELECT n, 1 + n % 40, (ARRAY['open', 'paid', 'shipped'])[1 + n % 3], 10 + n FROM generate_series(1, 120) n;
INSERT INTO payments SELECT n, n, CASE n % 3 WHEN 0 THEN 'open' ELSE 'settled' END, 10 + n FROM generate_series(1, 120) n;
INSERT INTO audit.events (actor, action) SELECT 'customer' || n, 'placed order ' || n FROM generate_series(1, 120) n;
`

/** Every login may do everything here, so that what is denied is denied by policy and nothing else. */
const grants = Object.values(logins)
  .map(
    login =>
      `GRANT ALL ON SCHEMA public, audit TO ${login}; GRANT ALL ON ALL TABLES IN SCHEMA public, audit TO ${login};`,
  )
  .join('\n')

/** Makes the database `orders` with its rows, and one login for each role with the password that `passwords` gives. */
export async function createOrdersDatabase(
  server: PostgresServer,
  passwords: { readonly [role in OrdersRole]: string },
): Promise<void> {
  for (const [role, login] of Object.entries(logins) as [OrdersRole, string][])
    await server.query(`CREATE ROLE ${login} LOGIN PASSWORD '${passwords[role].replaceAll("'", "''")}'`)
  await server.query('CREATE DATABASE orders')
  await server.query(`${tables}${rows}${grants}`, { database: 'orders' })
}
