import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requirePeers, runPsql } from '../peers/index.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { psql } = await requirePeers('psql')

const skeleton = suite('a real psql through the gateway to a real PostgreSQL')
let stack: Stack
skeleton.before(async () => {
  stack = await startStack({
    policies: `
      @id("app-connects") permit(principal in Gate::Role::"app", action == Postgres::Action::"connect", resource);
      @id("app-reads-orders") permit(principal in Gate::Role::"app", action == Postgres::Action::"select", resource)
      when { resource is Postgres::Table && resource.schema == "public" };
      @id("nobody-reads-secrets") @reason("secrets are for nobody")
      forbid(principal, action, resource is Postgres::Table) when { resource.name == "secrets" };`,
    setup: 'CREATE TABLE orders AS SELECT 7 AS id; CREATE TABLE secrets AS SELECT 42 AS answer',
  })
})
skeleton.after(() => stack.stop())

skeleton(
  'is allowed what a policy permits, and denied what one forbids, each on the record with its commit',
  async () => {
    const connection = await stack.connection('app')
    const allowed = await runPsql(psql, connection, 'SELECT id FROM orders')
    assert.equal(allowed, { code: 0, stdout: '7\n', stderr: '' })

    const denied = await runPsql(psql, connection, 'SELECT answer FROM secrets')
    assert.is(denied.code, 3)
    assert.is(denied.stdout, '')
    assert.match(denied.stderr, /ERROR: {2}42501: .*secrets are for nobody/)
    assert.match(denied.stderr, stack.gateway.commit())
    assert.not.match(await stack.server.log(), 'SELECT answer FROM secrets')

    const decisions = stack
      .trail()
      .all()
      .filter(event => event.kind === 'decision' && event.operation.kind === 'query')
    assert.equal(
      decisions.map(
        event => event.kind === 'decision' && [event.decision?.effect, event.decision?.policies, event.commit],
      ),
      [
        ['allow', ['app-reads-orders'], stack.gateway.commit()],
        ['deny', ['nobody-reads-secrets'], stack.gateway.commit()],
      ],
    )
  },
)

skeleton.run()
