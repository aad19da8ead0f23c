/** Plays agents with kubectl before a cluster and writes what was recorded into the template: `node test/stack/write-kubernetes-recordings.ts`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseTrailLine, type TrailKind } from '@cedargate/policy-schema'
import { createKubeClient, kubectl } from '../peers/index.ts'
import { startKubernetesStack } from './kubernetes-stack.ts'

const template = new URL('../../templates/kubernetes/', import.meta.url).pathname
/** What a simulation reads of a trail. */
const kept: ReadonlySet<TrailKind> = new Set(['session.started', 'decision', 'result', 'session.ended'])

const policies = readdirSync(join(template, 'policies'))
  .sort()
  .map(name => readFileSync(join(template, 'policies', name), 'utf8'))
  .join('\n')
const stack = await startKubernetesStack({ policies, roles: { scaling: {}, deploy: {}, observe: {}, debug: {} } })

const container = { name: 'web', image: 'registry.example.com/web:1' }
const web = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
  spec: {
    ...{ replicas: 3, selector: { matchLabels: { app: 'web' } } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
  },
}
const pod = (namespace: string, name: string) =>
  stack.server.api.call('POST', `/api/v1/namespaces/${namespace}/pods`, {
    ...{ metadata: { name }, spec: { containers: [container] } },
  })
await stack.server.api.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
await stack.server.api.call('POST', '/apis/apps/v1/namespaces/shop/deployments', web)
await pod('shop', 'web')
await pod('kube-system', 'etcd-0')

async function play(role: string, lines: readonly string[], task?: { readonly id: string; readonly kind: string }) {
  const config = JSON.parse(await stack.kubeconfig(role))
  config.users[0].user.token = await stack.token({ role, ...(task && { task }) })
  const client = createKubeClient(kubectl('1.35'), JSON.stringify(config))
  for (const line of lines) {
    const [args, input = ''] = line.split(' < ')
    const { code, stderr } = await client.run((args ?? '').split(' '), { input })
    process.stdout.write(`${role}: ${args}: ${code} ${stderr.slice(0, 160).replaceAll('\n', ' ')}\n`)
  }
}
const applied = { ...web, spec: { ...web.spec, replicas: 2 } }
await play('observe', [
  ...['get pods -n shop', 'get deployment web -n shop -o yaml', 'get nodes', 'auth can-i get pods -n shop'],
  ...['get secrets -n shop', 'get pods -A', 'exec web -n shop -- id'],
])
await play('scaling', [
  ...['get deployment web -n shop', 'scale deployment/web --replicas=10 -n shop'],
  ...['scale deployment/web --replicas=2 -n shop', 'scale deployment/web --replicas=0 -n kube-system'],
])
await play('deploy', [
  ...['set image deployment/web web=registry.example.com/web:2 -n shop', 'set image deployment/web web=web:2 -n shop'],
  ...[`apply --server-side --force-conflicts -f - < ${JSON.stringify(applied)}`],
  ...['create configmap web -n shop --from-literal=colour=red', 'rollout restart deployment/web -n shop'],
  ...['delete deployment web -n shop', 'create token default -n shop', 'get pods -n shop --as=system:admin'],
])
await play('debug', ['exec web -n shop -- id', 'exec etcd-0 -n kube-system -- id', 'get pods -n kube-system'], {
  ...{ id: 'INC-7', kind: 'incident' },
})
await stack.stopGateway()
const events = readdirSync(stack.trailFolder)
  .sort()
  .filter(name => name.endsWith('.jsonl'))
  .flatMap(name => readFileSync(join(stack.trailFolder, name), 'utf8').split('\n'))
  .filter(line => line !== '')
  .map(line => ({ line, event: parseTrailLine(line) }))
/** What asks nothing, by the hundred. */
const discovery = new Set(
  events.flatMap(({ event }) => (event.kind === 'decision' && event.requests?.length === 0 ? [event.seq] : [])),
)
const lines = events
  .filter(({ event }) => kept.has(event.kind) && !discovery.has(event.seq))
  .filter(({ event }) => event.kind !== 'result' || !discovery.has(event.decisionSeq))
  .map(({ line }) => line)
writeFileSync(join(template, 'recordings/prod.jsonl'), lines.map(line => `${line}\n`).join(''))
await stack.stop()
