// timeout: 200s
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../stack/eventually.ts'
import { createKubeClient, type KubernetesServer, kubectl, kubectlVersions, startTestKubernetes } from './index.ts'

const target = suite('a target Kubernetes')
const server: KubernetesServer = await startTestKubernetes()
target.after(() => server.stop())

const pod = (name: string, command?: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'busybox', command }] },
})
const newest = createKubeClient(kubectl('1.35'), server.kubeconfig())

target('runs a pod as a program of this machine', async () => {
  await server.api.call('POST', '/api/v1/namespaces/default/pods', pod('web', ['sh', '-c', 'echo begun; exec cat']))
  assert.is((await newest.run(['wait', '--for=condition=Ready', 'pod/web', '--timeout=20s'])).code, 0)
  assert.equal(await newest.run(['logs', 'web']), { code: 0, stdout: 'begun\n', stderr: '' })
})
for (const version of kubectlVersions)
  target(`gives kubectl ${version} its streams and exit codes`, async () => {
    const client = createKubeClient(kubectl(version), server.kubeconfig())
    const ran = await client.run(['exec', '-i', 'web', '--', 'sh', '-c', 'cat; echo wrong >&2; exit 7'], {
      input: 'in',
    })
    assert.equal(ran, { code: 7, stdout: 'in', stderr: 'wrong\ncommand terminated with exit code 7\n' })
  })
target('ends a pod when it is told to, and says how one ended', async () => {
  await server.api.call('POST', '/api/v1/namespaces/default/pods', pod('job', ['sh', '-c', 'exit 3']))
  const failed = await newest.run(['wait', '--for=jsonpath={.status.phase}=Failed', 'pod/job', '--timeout=20s'])
  assert.is(failed.code, 0, failed.stderr)
  const code = ['get', 'pod', 'job', '-o', 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}']
  assert.is((await newest.run(code)).stdout, '3')
  assert.is((await newest.run(['delete', 'pod', 'job', 'web', '--timeout=20s'])).code, 0)
})
target('issues tokens of service accounts, which RBAC binds', async () => {
  await newest.run(['create', 'serviceaccount', 'reader'])
  const { stdout: token } = await newest.run(['create', 'token', 'reader'])
  const as = (...args: readonly string[]) => {
    const [cluster] = JSON.parse(server.kubeconfig()).clusters
    const config = {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c', clusters: [cluster] },
      users: [{ name: 'u', user: { token: token.trim() } }],
      contexts: [{ name: 'c', context: { cluster: cluster.name, user: 'u' } }],
    }
    return createKubeClient(kubectl('1.35'), JSON.stringify(config)).run(args)
  }
  assert.match(
    (await as('get', 'pods')).stderr,
    'User "system:serviceaccount:default:reader" cannot list resource "pods"',
  )
  await newest.run(['create', 'role', 'reads', '--verb=list', '--resource=pods'])
  await newest.run(['create', 'rolebinding', 'reads', '--role=reads', '--serviceaccount=default:reader'])
  await eventually('the binding counts', async () => (await as('get', 'pods')).code === 0)
})
target('keeps a list of the calls that it heard', async () => {
  await newest.run(['get', 'configmaps', '-n', 'kube-system', '--as=jane'])
  const call = (await server.calls()).find(({ as }) => as === 'jane')
  assert.equal(call, {
    ...{ verb: 'list', uri: '/api/v1/namespaces/kube-system/configmaps?limit=500' },
    ...{ user: 'admin', as: 'jane', status: 403 },
  })
})
target('forwards a port', async () => {
  await server.api.call('POST', '/api/v1/namespaces/default/pods', pod('listens'))
  await newest.run(['wait', '--for=condition=Ready', 'pod/listens', '--timeout=20s'])
  const forwarding = newest.start(['port-forward', 'pod/listens', `:${server.port}`])
  const [line] = await once(forwarding.stdout, 'data')
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(String(line)) ?? []
  const config = JSON.parse(server.kubeconfig())
  config.clusters[0].cluster.server = `https://127.0.0.1:${port}`
  const through = createKubeClient(kubectl('1.35'), JSON.stringify(config))
  assert.match((await through.run(['get', 'nodes', '-o', 'name'])).stdout, 'node/fake-node')
  forwarding.kill('SIGINT')
  await once(forwarding, 'exit')
})
target.run()
