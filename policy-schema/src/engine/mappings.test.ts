import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { completed } from '../work.ts'
import { Mappings } from './mappings.ts'
import { indexPolicies } from './policy-index.ts'
import { operation, protocols, repository, table } from './test-builders.ts'

const source = repository('@id("a") permit (principal, action, resource);')
function made() {
  const mappings = new Mappings(source.targets, indexPolicies(source).schema, protocols)
  return (one: ReturnType<typeof operation>) => completed(mappings.of(one, 'orders-db'))
}
const asking = (requests: number, name: string) =>
  operation(...Array.from({ length: requests }, (_, index) => table('select', `${name}${index}`)))

const mappings = suite('mappings are remembered')
mappings('where a text asks little', () => {
  const kept = made()
  const first = kept(asking(1, 'first'))
  for (let at = 0; at < 500; at++) kept(asking(1, `t${at}_`))
  assert.is(kept(asking(1, 'first')), first)
})
mappings('for not so long where texts ask much, whose requests are larger than they are', () => {
  const kept = made()
  const first = kept(asking(60, 'first'))
  assert.is(kept(asking(60, 'first')), first)
  for (let at = 0; at < 350; at++) kept(asking(60, `t${at}_`))
  assert.is.not(kept(asking(60, 'first')), first)
})
mappings.run()
