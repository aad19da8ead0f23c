// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Stack, startStack } from '../stack/stack.ts'

const classified = suite('where a policy keeps tagged columns from being read')
let stack: Stack
classified.before(async () => {
  stack = await startStack({
    policies: `
      @id("app-works") permit(principal in Gate::Role::"app", action, resource);
      @id("no-pii") @reason("nobody reads them") @advice("leave the column out")
      forbid(principal, action in Postgres::Action::"read", resource is Postgres::Table)
      when { context.statement.columnTags.contains("pii") };`,
    setup: `
      CREATE TABLE customers (id int PRIMARY KEY, name text, email text); INSERT INTO customers VALUES (1, 'a', 'a@b');
      CREATE TABLE notes (id int, customer int, email text);
      CREATE VIEW contacts AS SELECT id, email FROM customers; CREATE VIEW over_contacts AS SELECT id FROM contacts;
      CREATE VIEW known AS SELECT c.id FROM customers c WHERE c.email IS NOT NULL;
      CREATE VIEW renamed AS SELECT a FROM (SELECT email AS a FROM customers) x;
      CREATE MATERIALIZED VIEW kept AS SELECT email FROM customers;
      CREATE VIEW ids AS SELECT id, name FROM customers; CREATE VIEW over_ids AS SELECT count(*) AS n FROM ids`,
  })
  const targets = JSON.parse(stack.repositoryFile('targets.yaml'))
  const [target] = Object.values<{ classification?: unknown }>(targets.targets)
  if (target) target.classification = [{ table: 'public.customers', columns: ['email'], tags: ['pii'] }]
  await stack.publish({ 'targets.yaml': JSON.stringify(targets) })
})
classified.after(() => stack.stop())

/** The outcome of a statement, sent by itself and as one that is prepared. */
async function outcomes(sql: string): Promise<readonly string[]> {
  const client = await stack.connect('app')
  const outcome = (sent: Promise<unknown>) =>
    sent.then(
      () => 'ok',
      ({ code, detail }) => `${code} ${JSON.parse(detail).policies}`,
    )
  const found = [await outcome(client.query(sql)), await outcome(client.query({ text: sql, name: 'again' }))]
  await client.end()
  return found
}

for (const sql of [
  'SELECT email FROM customers',
  'SELECT * FROM customers',
  'SELECT * FROM customers AS c (id, name, name)',
  'SELECT count(c) FROM customers c',
  "SELECT id FROM customers WHERE email = 'a@b'",
  'SELECT id FROM contacts',
  'SELECT count(*) FROM contacts',
  'SELECT id FROM over_contacts',
  'SELECT 1 FROM notes n WHERE EXISTS (SELECT FROM over_contacts WHERE id = n.customer)',
  'SELECT count(*) FROM known',
  'SELECT a FROM renamed',
  'SELECT * FROM kept',
  'UPDATE contacts SET id = 2 WHERE id = 1',
  'UPDATE customers SET name = email',
  "INSERT INTO customers VALUES (2, 'b', 'b@c') RETURNING *",
  'INSERT INTO notes (email) SELECT email FROM customers',
  'CREATE TABLE copied AS SELECT id FROM over_contacts',
]) {
  classified(`${sql} is refused`, async () => assert.equal(await outcomes(sql), ['42501 no-pii', '42501 no-pii']))
}
for (const sql of [
  'SELECT id, name FROM customers',
  'SELECT count(*) FROM customers',
  'SELECT name FROM ids',
  'SELECT n FROM over_ids',
  'SELECT email FROM notes',
  'SELECT c.name, n.email FROM customers c JOIN notes n ON n.customer = c.id ORDER BY email',
  'UPDATE customers SET email = NULL WHERE id = 1 RETURNING name',
]) {
  classified(`${sql} runs`, async () => assert.equal(await outcomes(sql), ['ok', 'ok']))
}
classified.run()
