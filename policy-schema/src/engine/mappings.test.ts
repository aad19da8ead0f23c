import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Mappings } from './mappings.ts'
import { indexPolicies } from './policy-index.ts'
import { operation, protocols, repository, table } from './test-builders.ts'

const source = repository('@id("a") permit (principal, action, resource);')
const made = () => new Mappings(source.targets, indexPolicies(source).schema, protocols)
const asking = (requests: number, name: string) =>
  operation(...Array.from({ length: requests }, (_, index) => table('select', `${name}${index}`)))

const mappings = suite('mappings are remembered')
mappings('where a text asks little', () => {
  const kept = made()
  const first = kept.of(asking(1, 'first'), 'orders-db')
  for (let at = 0; at < 500; at++) kept.of(asking(1, `t${at}_`), 'orders-db')
  assert.is(kept.of(asking(1, 'first'), 'orders-db'), first)
})
mappings('for not so long where texts ask much, whose requests are larger than they are', () => {
  const kept = made()
  const first = kept.of(asking(60, 'first'), 'orders-db')
  assert.is(kept.of(asking(60, 'first'), 'orders-db'), first)
  for (let at = 0; at < 350; at++) kept.of(asking(60, `t${at}_`), 'orders-db')
  assert.is.not(kept.of(asking(60, 'first'), 'orders-db'), first)
})
mappings.run()
