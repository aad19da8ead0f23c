// timeout: 400s
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectlVersions } from '../../peers/index.ts'
import { type KubernetesStack, startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { deployment } from './objects.ts'
import { assertSame, bothSides, type SideBySide, type Step } from './side-by-side.ts'

// a policy that looks at what would be has the gateway ask for it, and pin each change
const stack: KubernetesStack = await startKubernetesStack({
  policies: `
    @id("app-does-all") permit(principal, action, resource);
    @id("bounds") forbid(principal, action, resource) when {
      (context has workload && context.workload.privileged) ||
      (context has replicas && context.replicas > 50) ||
      (context has grants && context.grants.verbs.contains("escalate"))
    };
  `,
})
const { api } = stack.server
const folder = mkdtempSync(join(tmpdir(), 'cedargate-manifests-'))
const file = (name: string, ...objects: readonly object[]): string => {
  writeFileSync(join(folder, name), objects.map(object => `---\n${JSON.stringify(object)}\n`).join(''))
  return join(folder, name)
}
const script = (name: string, text: string): string => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return join(folder, name)
}
const map = (name: string, data = {}, labels = {}) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data },
})
const role = (verbs: readonly string[]) =>
  JSON.stringify({
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
    metadata: { name: 'reconciled', namespace: 'NAMESPACE' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
  })
const prune = (name: string, ...objects: readonly object[]): readonly Step[] => {
  const args = ['apply', '--prune', '-l', 'app=pair', '-f', file(name, ...objects)]
  // without a list it prunes kinds that this server does not know
  return [{ args: [...args, '--prune-allowlist=core/v1/ConfigMap'] }, { args, code: 1 }]
}
const kustomization = join(folder, 'kustomized')
mkdirSync(kustomization)
writeFileSync(
  join(kustomization, 'kustomization.yaml'),
  'namePrefix: made-\nresources: [map.yaml]\nconfigMapGenerator: [{ name: generated, literals: [a=b] }]\n',
)
writeFileSync(join(kustomization, 'map.yaml'), JSON.stringify(map('by-kustomize')))

const both = file('both.yaml', map('one', { a: '1' }), map('two', { a: '2' }))
const pair = { app: 'pair' }
const web = { ...deployment('docker.io/nginx:1'), metadata: { name: 'web' } }

const steps: readonly Step[] = [
  { args: ['create', '-f', both] },
  { args: ['create', '-f', both], code: 1 },
  { args: ['create', '-f', both, '--dry-run=server'], code: 1 },
  { args: ['get', '-f', both, '-o', 'name'] },
  { args: ['replace', '-f', file('replaced.yaml', map('one', { a: '3' }), map('two', { a: '4' }))] },
  { args: ['replace', '-f', file('nobody.yaml', map('nobody'))], code: 1 },
  { args: ['replace', '--force', '-f', both] },
  { args: ['get', '-f', both, '-o', 'jsonpath={.items[*].data}'] },
  { args: ['edit', 'configmap', 'one'], editor: script('edits', `sed -i 's/a: "1"/a: "9"/' "$1"`) },
  { args: ['edit', 'configmap', 'one'], editor: script('leaves', 'exit 0') },
  { args: ['edit', 'configmap', 'one'], editor: script('fails', 'exit 1'), code: 1 },
  { args: ['get', 'configmap', 'one', '-o', 'jsonpath={.data}'] },
  { args: ['label', 'configmap', 'one', 'tier=front'] },
  { args: ['label', 'configmap', 'one', 'tier=back'], code: 1 },
  { args: ['label', 'configmap', 'one', 'tier=back', '--overwrite'] },
  { args: ['label', 'configmaps', '--all', 'tier-'] },
  { args: ['annotate', 'configmap', 'one', 'a=b', '--resource-version=1'], code: 1 },
  { args: ['annotate', 'configmap', 'one', 'two', 'a=b'] },
  { args: ['patch', 'configmap', 'one', '--patch-file', file('patch.yaml', { data: { b: 'c' } })] },
  { args: ['patch', 'configmap', 'one', '--type=merge', '-p', '{"data":{"a":null}}'] },
  { args: ['patch', 'configmap', 'one', '--type=json', '-p', '[{"op":"add","path":"/data/d","value":"e"}]'] },
  { args: ['patch', 'configmap', 'one', '--type=json', '-p', 'nonsense'], code: 1 },
  { args: ['get', 'configmap', 'one', '-o', 'jsonpath={.data}'] },
  { args: ['create', 'deployment', 'shop', '--image=docker.io/nginx:1', '--replicas=2', '--port=80'] },
  { args: ['apply', '-f', '-'], input: JSON.stringify(web) },
  { args: ['apply', 'view-last-applied', 'deployment/web'] },
  { args: ['set', 'image', 'deployment/web', 'main=docker.io/nginx:2'] },
  { args: ['set', 'image', 'deployment/web', 'nobody=docker.io/nginx:2'], code: 1 },
  { args: ['patch', 'deployment', 'web', '-p', '{"spec":{"replicas":-1}}'], code: 1 },
  { args: ['patch', 'deployment', 'web', '-p', '{"spec":{"replicas":"many"}}'], code: 1 },
  { args: ['patch', 'deployment', 'web', '--type=merge', '-p', '{"spec":{"template":{"spec":null}}}'], code: 1 },
  { args: ['apply', '--server-side', '-f', '-'], input: JSON.stringify(web), code: 1 },
  {
    args: ['replace', '-f', '-'],
    input: JSON.stringify({ ...web, metadata: { name: 'web', resourceVersion: '1' } }),
    code: 1,
  },
  { args: ['set', 'env', 'deployment/web', 'COLOUR=red'] },
  { args: ['set', 'env', 'deployment/web', '--list'] },
  { args: ['set', 'resources', 'deployment/web', '--limits=cpu=1'] },
  { args: ['set', 'serviceaccount', 'deployment/web', 'runner'] },
  { args: ['set', 'selector', 'service', 'nobody', 'a=b'], code: 1 },
  { args: ['rollout', 'pause', 'deployment/web'] },
  { args: ['rollout', 'pause', 'deployment/web'], code: 1 },
  { args: ['rollout', 'restart', 'deployment/web'], code: 1 },
  { args: ['rollout', 'undo', 'deployment/web'], code: 1 },
  { args: ['rollout', 'resume', 'deployment/web'] },
  { args: ['rollout', 'restart', 'deployment/web'] },
  { args: ['rollout', 'undo', 'deployment/shop'], code: 1 },
  { args: ['expose', 'deployment', 'web', '--port=80', '--name=exposed'] },
  { args: ['get', 'service', 'exposed', '-o', 'jsonpath={.spec.ports[0].port} {.spec.selector}'] },
  { args: ['expose', 'deployment', 'web', '--port=80', '--name=exposed'], code: 1 },
  {
    args: [
      'run',
      'once',
      '--image=docker.io/busybox',
      '--restart=Never',
      '--labels=run=once',
      '--command',
      '--',
      'true',
    ],
  },
  { args: ['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/once', '--timeout=20s'] },
  {
    args: [
      'run',
      '-i',
      '--rm',
      'twice',
      '--image=docker.io/busybox',
      '--restart=Never',
      '--quiet',
      '--command',
      '--',
      'sh',
      '-c',
      'cat; exit 3',
    ],
    input: 'typed\n',
    code: 3,
  },
  { args: ['delete', 'pod', 'once', '--cascade=orphan', '--wait=false'] },
  { args: ['delete', 'configmap', 'two', '--cascade=background'] },
  { args: ['delete', 'deployment', 'shop', '--cascade=foreground', '--wait=false', '--ignore-not-found'] },
  { args: ['delete', 'configmap', 'nobody', '--ignore-not-found'] },
  { args: ['delete', '-f', both], code: 1 },
  ...prune('pair.yaml', map('left', {}, pair), map('right', {}, pair)),
  ...prune('left.yaml', map('left', {}, pair)),
  { args: ['get', 'configmaps', '-l', 'app=pair', '-o', 'name'] },
  { args: ['kustomize', kustomization] },
  { args: ['diff', '-k', kustomization], code: 1 },
  { args: ['apply', '-k', kustomization] },
  { args: ['diff', '-k', kustomization] },
  { args: ['delete', '-k', kustomization] },
  { args: ['auth', 'reconcile', '-f', '-'], input: role(['get']) },
  { args: ['auth', 'reconcile', '-f', '-'], input: role(['list']) },
  { args: ['auth', 'reconcile', '-f', '-', '--remove-extra-permissions'], input: role(['get']) },
  { args: ['get', 'role', 'reconciled', '-o', 'jsonpath={.rules[*].verbs}'] },
  { args: ['taint', 'node', 'fake-node', 'NAMESPACE=x:NoSchedule'] },
  { args: ['taint', 'node', 'fake-node', 'NAMESPACE=x:NoSchedule'], code: 1 },
  { args: ['taint', 'node', 'fake-node', 'NAMESPACE:NoSchedule-'] },
  { args: ['create', 'quota', 'bounds', '--hard=pods=2'] },
  { args: ['create', 'cronjob', 'nightly', '--image=docker.io/busybox', '--schedule=0 3 * * *'], code: 1 },
  { args: ['create', 'job', 'now', '--image=docker.io/busybox', '--', 'true'] },
  { args: ['create', 'ingress', 'front', '--rule=a.example/*=web:80'] },
  { args: ['create', 'namespace', 'NAMESPACE-inner'] },
  { args: ['delete', 'namespace', 'NAMESPACE-inner', '--wait=false'] },
  { args: ['create', 'token', 'nobody'], code: 1 },
]
for (const version of kubectlVersions) {
  const test = suite(`a change by kubectl ${version} through the gateway`)
  let sides: SideBySide
  test.before(async () => {
    sides = await bothSides(stack, version, namespace =>
      api.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } }),
    )
  })
  for (const step of steps)
    test(`says of \`${step.args.join(' ').replaceAll(folder, '')}\` what it says without`, () =>
      assertSame(sides, step))
  test('is undone as without', async () => {
    for (const { namespace } of Object.values(sides)) await keepRevision(namespace, 1)
    await assertSame(sides, { args: ['set', 'image', 'deployment/web', 'main=docker.io/nginx:7'] })
    for (const { namespace } of Object.values(sides)) await keepRevision(namespace, 2)
    await assertSame(
      sides,
      { args: ['rollout', 'history', 'deployment/web'] },
      { args: ['rollout', 'history', 'deployment/web', '--revision=1'] },
      { args: ['rollout', 'history', 'deployment/web', '--revision=9'], code: 1 },
      { args: ['rollout', 'undo', 'deployment/web', '--dry-run=server'] },
      { args: ['rollout', 'undo', 'deployment/web'] },
      { args: ['get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'] },
      { args: ['rollout', 'undo', 'deployment/web', '--to-revision=2'] },
      { args: ['rollout', 'undo', 'deployment/web', '--to-revision=9'], code: 1 },
      { args: ['rollout', 'status', 'deployment/web', '--timeout=20s'] },
    )
  })
  test('closes a node and opens it as without', () =>
    assertSame(
      sides,
      { args: ['cordon', 'fake-node'] },
      { args: ['cordon', 'fake-node'] },
      { args: ['uncordon', 'fake-node'] },
      { args: ['uncordon', 'fake-node'] },
    ))
  test('scales by itself as without, where the server knows how', () => {
    const code = version === '1.27' ? 0 : 1 // newer ones ask for autoscaling/v2
    return assertSame(
      sides,
      { args: ['autoscale', 'deployment', 'web', '--min=2', '--max=5', '--name=scaler'], code },
      { args: ['get', 'hpa', 'scaler', '-o', 'jsonpath={.spec.maxReplicas} {.spec.scaleTargetRef.name}'], code },
    )
  })
  test.run()
}

/** What the controller of deployments keeps of each of them, which this cluster has not. */
async function keepRevision(namespace: string, revision: number): Promise<void> {
  const all = `/apis/apps/v1/namespaces/${namespace}`
  const { body } = await api.call('GET', `${all}/deployments/web`)
  const { name, uid } = body.metadata
  const labels = { ...body.spec.selector.matchLabels, 'pod-template-hash': String(revision) }
  const { status } = await api.call('POST', `${all}/replicasets`, {
    metadata: {
      ...{ name: `web-${revision}`, labels, annotations: { 'deployment.kubernetes.io/revision': String(revision) } },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true }],
    },
    spec: {
      ...{ replicas: 0, selector: { matchLabels: labels } },
      template: { metadata: { labels }, spec: body.spec.template.spec },
    },
  })
  assert.is(status, 201)
}

const after = suite('what was recorded of it')
after.after(() => stack.stop())
after('is what is decided again', () => assertParity(stack))
after.run()
