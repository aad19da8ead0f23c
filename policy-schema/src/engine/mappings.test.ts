import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { completed } from '../work.ts'
import { frozen } from './frozen.ts'
import { Mappings } from './mappings.ts'
import { indexPolicies } from './policy-index.ts'
import type { Resolved } from './resolved.ts'
import type { Subject } from './subject.ts'
import { operation, protocols, repository, table } from './test-builders.ts'

const source = repository('@id("a") permit (principal, action, resource);')
function made() {
  const mappings = new Mappings(source.targets, indexPolicies(source).schema, protocols)
  const of = (one: ReturnType<typeof operation>) => completed(mappings.of(one, 'orders-db'))
  return Object.assign(of, { mappings })
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
mappings('for not so long where many subjects ask them', () => {
  const kept = made()
  const first = kept(asking(60, 'first'))
  for (let at = 0; at < 30; at++) {
    const mapped = kept(asking(60, `t${at}_`))
    for (let subject = 0; subject < 64; subject++) kept.mappings.resolved(mapped, {} as Subject, {} as Resolved)
  }
  assert.is.not(kept(asking(60, 'first')), first)
})
mappings('beside catalogs for not so long either', () => {
  const kept = made()
  const { catalog } = frozen(asking(1, 'a'))
  const one = { ...asking(60, 'first'), catalog }
  for (let at = 0; at < 3; at++) kept(one)
  const first = kept(one)
  for (let at = 0; at < 20; at++)
    for (let subject = 0; subject < 64; subject++)
      kept.mappings.resolved(kept({ ...asking(60, `t${at}_`), catalog }), {} as Subject, {} as Resolved)
  assert.is.not(kept(one), first)
})
mappings.run()
