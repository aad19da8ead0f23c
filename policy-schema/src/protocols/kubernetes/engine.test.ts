import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { engine, facts, wholeSet } from '../../engine/test-builders.ts'
import type { KubernetesOperation } from './operation.ts'

const test = suite('Kubernetes and the engine')

const patch = (catalog: KubernetesOperation['catalog']): KubernetesOperation => ({
  protocol: 'kubernetes',
  kind: 'request',
  method: 'PATCH',
  path: '/apis/apps/v1/namespaces/shop/deployments/web',
  query: [],
  catalog,
})
const permit = '@id("p") permit(principal, action in K8s::Action::"write", resource in K8s::Namespace::"prod/shop");'
const looks = `@id("f") forbid(principal, action, resource is K8s::Resource) when { context has replicas && context.replicas > 3 };`

test('what was not read is denied where a policy looks at it, and only there', () => {
  const unread = patch({ unread: 'the body could not be read' })
  const given = facts({ as: { role: 'any', target: 'prod' } })
  for (const options of [{}, wholeSet]) {
    assert.is(engine(permit, options).evaluate(unread, given).decision.effect, 'allow')
    const { decision } = engine(`${permit}\n${looks}`, options).evaluate(unread, given)
    assert.equal(decision, { effect: 'deny', policies: [], reason: 'unresolved', detail: 'the body could not be read' })
    assert.is(
      engine(`${permit}\n${looks}`, options).evaluate(patch({ after: { replicas: 3 } }), given).decision.effect,
      'allow',
    )
    assert.is(
      engine(`${permit}\n${looks}`, options).evaluate(patch({ after: { replicas: 4 } }), given).decision.effect,
      'deny',
    )
    const unpermitted = engine(looks, options).evaluate(unread, given).decision
    assert.is(unpermitted.effect === 'deny' && unpermitted.reason, 'no_permit')
  }
})

test.run()
