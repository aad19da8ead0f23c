import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { emptyCatalog } from './catalog-query.ts'
import { toRequests } from './mapping.ts'
import type { FunctionCallOperation } from './operation.ts'
import { target } from './orders.test-support.ts'
import { postgresProtocol } from './protocol.ts'

function call(signature: string | null, transaction: 'none' | 'open' | 'failed' = 'none'): FunctionCallOperation {
  const catalog = emptyCatalog({ database: 'orders', transaction })
  return { protocol: 'postgres', kind: 'functionCall', function: signature, parameters: [null], catalog }
}

const calls = suite('a FunctionCall')

calls('asks for an action of its own on the function', () => {
  const mapped = toRequests(call('pg_catalog.lo_open(oid,int4)', 'open'), target)
  const [only, ...more] = 'requests' in mapped ? mapped.requests : []
  assert.equal(more, [])
  assert.equal(only?.action, { type: 'Postgres::Action', id: 'functionCall' })
  assert.is(only?.resource.id, 'orders-db/orders/pg_catalog/lo_open(oid,int4)')
  assert.equal(only?.context.statement, {
    ...{ command: 'FUNCTION CALL', hasWhere: false, inTransaction: true, fingerprint: '' },
  })
})

for (const [what, operation, reason] of [
  ['of nothing', call(null), 'unresolved'],
  ["of somebody's function", call('public.lo_open(oid,int4)'), 'unresolved'],
  ['that only computes', call('pg_catalog.lower(text)'), 'unmapped'],
  ['that changes settings', call('pg_catalog.set_config(text,text,bool)'), 'unmapped'],
  ['that runs SQL', call('pg_catalog.ts_stat(text)'), 'unmapped'],
  ['in a failed transaction', call('pg_catalog.lo_open(oid,int4)', 'failed'), 'unresolved'],
] as const)
  calls(`${what} is refused as ${reason}`, () => {
    const mapped = toRequests(operation, target)
    assert.is('reason' in mapped && mapped.reason, reason)
  })

calls('has a key that its function and its transaction make', () => {
  const { mappingKey } = postgresProtocol
  const keys = [call('pg_catalog.lo_open(oid,int4)'), call('pg_catalog.lo_close(int4)'), call(null)].map(mappingKey)
  assert.is(new Set(keys).size, 3)
  assert.is.not(mappingKey(call(null, 'open')), mappingKey(call(null)))
})

calls.run()
