// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { type Attack, bodies, critical, identity, spelling, verbs } from './attacks.ts'
import { protobufBodies } from './protobuf.ts'
import { bytesOf, send } from './raw.ts'

/** At the target the role is of `system:masters`: nothing else stands in the way. */
const policies = `
@id("reads") permit(principal in Gate::Role::"app", action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop") when { ["pods", "deployments"].contains(resource.resource) };
@id("writes") permit(principal in Gate::Role::"writer", action in [K8s::Action::"write", K8s::Action::"scale"], resource in K8s::Namespace::"prod/shop");
@id("harmless") forbid(principal, action, resource) when { context has workload && (context.workload.privileged || context.workload.hostNetwork || context.workload.hostPID || context.workload.hostPath || !context.workload.capabilities.isEmpty()) };
@id("registries") forbid(principal, action, resource) when { context has workload && !["registry.example"].containsAll(context.workload.registries) };
@id("accounts") forbid(principal, action, resource) when { context has workload && context.workload.serviceAccount == "root" };
@id("no-db") forbid(principal, action, resource) when { context has secrets && context.secrets.contains("db") };
@id("scale-out") forbid(principal, action, resource) when { context has replicas } unless { context has replicasBefore && context.replicas <= context.replicasBefore };
`
const stack = await startKubernetesStack({ policies, roles: { app: {}, writer: {} } })
const { api } = stack.server
await api.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
await api.call('POST', '/apis/apps/v1/namespaces/shop/deployments', {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'registry.example/web:1' }] },
    },
  },
})

const attacks = suite('an attack on Kubernetes')
attacks.after(async () => {
  await assertParity(stack)
  await stack.stop()
})

const tables: readonly (readonly [role: string, rows: readonly Attack[]])[] = [
  ['app', verbs],
  ['app', critical],
  ['app', identity],
  ['app', spelling],
  ['writer', bodies],
  ['writer', protobufBodies],
]
const tokens = new Map<string, string>()
for (const role of ['app', 'writer']) tokens.set(role, await stack.token({ role }))
const marked = (text: string, marker: string) => text.replaceAll('@', marker)
let number = 0
const markers: string[] = []

for (const [role, rows] of tables)
  for (const [what, call, status, code] of rows) {
    const marker = `attack-${++number}-${role}`
    markers.push(marker)
    attacks(`by ${what} is answered ${status} ${code}`, async () => {
      const { path, body } = call
      const own = {
        ...call,
        path: marked(path, marker),
        ...(typeof body === 'string' && { body: marked(body, marker) }),
      }
      const bytes = bytesOf(`/clusters/prod/roles/${role}`, tokens.get(role), own)
      const answer = await send(stack.gateway.port, stack.ca, bytes)
      const said = answer.policies[0] ?? answer.code ?? ''
      assert.equal([answer.status, said], [status, code], answer.text.slice(0, 600))
    })
  }

attacks('reaches the target never: it heard of none, and what was to be changed is as it was', async () => {
  const heard = await stack.server.calls()
  const wrong = heard.filter(({ uri }) => markers.some(marker => uri.includes(marker)) && !uri.includes('dryRun=All'))
  assert.equal(wrong, [])
  const { spec } = (await api.call('GET', '/apis/apps/v1/namespaces/shop/deployments/web')).body as {
    readonly spec: { readonly replicas: number }
  }
  assert.is(spec.replicas, 2)
})

attacks('is one of many, no two alike', () => {
  const all = tables.flatMap(([, rows]) => rows.map(([what, , , code]) => `${what} ${code}`))
  assert.is(new Set(all).size, all.length)
  assert.ok(all.length >= 90, `${all.length}`)
})

attacks.run()
