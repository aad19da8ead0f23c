import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Cedar, type Wasm } from './instance.ts'

const call = {
  principal: { type: 'A', id: 'a' },
  action: { type: 'Action', id: 'x' },
  resource: { type: 'R', id: 'r' },
  entities: [],
  context: {},
  preparsedPolicySetId: 'set',
  validateRequest: false,
}
const permit = 'permit(principal, action, resource)'
const code = (wanted: string) => (error: { code?: string }) => error.code === wanted
const answer = (wasm: Wasm, change: object = {}) => {
  const result = wasm.statefulIsAuthorized({ ...call, ...change })
  return result.type === 'success' ? result.response : undefined
}
const preparse = (cedar: Cedar, staticPolicies: string | Record<string, string>) =>
  cedar.call(wasm => wasm.preparsePolicySet('set', { staticPolicies }))

const facts = suite('cedar-wasm')

facts('names policies of one string policy0, policy1 … and ignores their @id', () => {
  const cedar = new Cedar()
  preparse(cedar, `@id("mine")${permit};`)
  assert.equal(cedar.call(wasm => answer(wasm))?.diagnostics.reason, ['policy0'])
  preparse(cedar, { mine: `@id("mine")${permit};` })
  assert.equal(cedar.call(wasm => answer(wasm))?.diagnostics.reason, ['mine'])
})

facts('makes an error of a missing attribute, and skips the policy, so that an erring forbid fails open', () => {
  const cedar = new Cedar()
  preparse(cedar, { p: `${permit};`, f: 'forbid(principal, action, resource) when { context.missing };' })
  const response = cedar.call(wasm => answer(wasm))
  assert.is(response?.decision, 'allow')
  assert.equal(
    response?.diagnostics.errors.map(({ policyId }) => policyId),
    ['f'],
  )
})

facts('silently answers false to `action in` a group without a schema', () => {
  const cedar = new Cedar()
  const group = 'permit(principal, action in Action::"read", resource);'
  preparse(cedar, { p: group })
  assert.is(cedar.call(wasm => answer(wasm))?.decision, 'deny')
  const schema = 'entity A; entity R; action read; action x in [read] appliesTo { principal: A, resource: R };'
  cedar.call(wasm => wasm.preparseSchema('schema', schema))
  assert.is(cedar.call(wasm => answer(wasm, { preparsedSchemaName: 'schema' }))?.decision, 'allow')
})

facts('changes what a name means, without a word, when it is preparsed again', () => {
  const cedar = new Cedar()
  preparse(cedar, { p: `${permit};` })
  assert.is(cedar.call(wasm => answer(wasm))?.decision, 'allow')
  preparse(cedar, { q: 'forbid(principal, action, resource);' })
  assert.equal(cedar.call(wasm => answer(wasm))?.diagnostics.reason, ['q'])
})

facts('takes __entity and __extn in a context for what they say, unless a schema types it', () => {
  const cedar = new Cedar()
  preparse(cedar, { p: `${permit} when { context.who == A::"root" };` })
  const forged = { context: { who: { __entity: { type: 'A', id: 'root' } } } }
  assert.is(cedar.call(wasm => answer(wasm, forged))?.decision, 'allow')
  const schema = 'entity A; entity R; action x appliesTo { principal: A, resource: R, context: { who: String } };'
  cedar.call(wasm => wasm.preparseSchema('schema', schema))
  const typed = { ...forged, preparsedSchemaName: 'schema', validateRequest: true }
  assert.is(
    cedar.call(wasm => answer(wasm, typed)),
    undefined,
  )
})

facts.run()

const poison = suite('an instance of cedar')

const cycle: Record<string, unknown> = {}
cycle.again = cycle
let nested: object = {}
for (let depth = 0; depth < 200; depth++) nested = { nested }

for (const [why, context] of [
  ['a lone surrogate', { a: '\ud800' }],
  ['a BigInt', { a: 1n }],
  ['a cycle', cycle],
  ['200 levels', nested],
] as const)
  poison(`throws at ${why}, and answers the next call`, () => {
    const cedar = new Cedar()
    preparse(cedar, { p: `${permit};` })
    assert.throws(() => cedar.call(wasm => answer(wasm, { context })), code('ERR_CEDAR_THREW'))
    assert.is(cedar.throws, 1)
    assert.is(cedar.call(wasm => answer(wasm))?.decision, 'allow')
  })

poison('is renewed before what its throws leaked kills it', () => {
  const cedar = new Cedar()
  for (let n = 0; n < 2000; n++)
    assert.throws(() => cedar.call(wasm => answer(wasm, { context: { a: '\ud800' } })), code('ERR_CEDAR_THREW'))
  assert.ok(cedar.rebuilds >= 20, `${cedar.rebuilds}`)
  preparse(cedar, { p: `${permit};` })
  assert.is(cedar.call(wasm => answer(wasm))?.decision, 'allow')
})

poison('overflows only when it authorises a deep policy, and is renewed at once', () => {
  const cedar = new Cedar()
  preparse(cedar, { p: `${permit} when { ${Array(1000).fill('context.a').join('||')} };` })
  assert.throws(() => cedar.call(wasm => answer(wasm, { context: { a: false } })), code('ERR_CEDAR_TRAPPED'))
  assert.is(cedar.rebuilds, 1)
  assert.is(cedar.generation, 2)
  assert.is(
    cedar.call(wasm => answer(wasm)),
    undefined,
    'its names are gone',
  )
})

poison('shares nothing with another', () => {
  const [one, other] = [new Cedar(), new Cedar()]
  preparse(one, { p: `${permit};` })
  assert.is(one.call(wasm => answer(wasm))?.decision, 'allow')
  assert.is(
    other.call(wasm => answer(wasm)),
    undefined,
  )
})

poison.run()
