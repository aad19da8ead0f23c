import type { Issued } from '../certificates.ts'
import type { ApiClient, KubernetesObject } from './api-client.ts'
import { type Container, now } from './container.ts'
import { type FakeKubelet, startFakeKubelet } from './fake-kubelet.ts'

const node = 'fake-node'
const merge = 'application/merge-patch+json'

/** A node of a cluster, and as much of scheduler and controllers as a client waits for. All of it is fake but its effects. */
export interface FakeNode {
  close(): Promise<void>
}

/** Registers `fake-node`; every pod is bound to it and runs there, every Deployment is said to be complete. */
export async function startFakeNode(api: ApiClient, ca: string, certificate: Issued): Promise<FakeNode> {
  const kubelet = await startFakeKubelet(ca, certificate)
  const closed = new AbortController()
  await register(api, kubelet.port)
  const watches = [
    api.watch('/api/v1/pods', closed.signal, (type, pod) => followPod(api, kubelet, type, pod)),
    api.watch('/apis/apps/v1/deployments', closed.signal, (type, deployment) => complete(api, type, deployment)),
  ]
  return {
    async close() {
      closed.abort()
      await Promise.all(watches)
      await kubelet.close()
    },
  }
}

async function register(api: ApiClient, kubeletPort: number): Promise<void> {
  await api.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: node } })
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    conditions: [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now(), lastTransitionTime: now() },
    ],
    nodeInfo: { kubeletVersion: 'v1.20.2', osImage: 'none', architecture: 'amd64', operatingSystem: 'linux' },
  }
  const { status: code, body } = await api.call('PATCH', `/api/v1/nodes/${node}/status`, { status }, merge)
  if (code !== 200) throw new Error(`the fake node was not registered: ${JSON.stringify(body)}`)
}

async function followPod(api: ApiClient, kubelet: FakeKubelet, type: string, pod: KubernetesObject): Promise<void> {
  const { metadata, spec, status } = pod
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`
  if (type === 'DELETED') return kubelet.remove(pod)
  if (spec.nodeName === undefined) {
    const target = { apiVersion: 'v1', kind: 'Node', name: node }
    await api.call('POST', `${path}/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: metadata.name },
      target,
    })
  } else if (metadata.deletionTimestamp !== undefined) {
    kubelet.remove(pod)
    await api.call('DELETE', `${path}?gracePeriodSeconds=0`)
  } else if (!isOver(status) && hasUnstarted(pod)) {
    kubelet.run(pod)
    const tell = () => report(api, path, kubelet.containers(pod))
    await tell()
    const started = kubelet.containers(pod)
    const ends = (those: readonly Container[]) => those.map(({ exited }) => exited)
    const own = Promise.all(ends(started.filter(each => !each.isEphemeral)))
    for (const end of [own, ...ends(started.filter(each => each.isEphemeral))]) void end.then(tell).catch(() => {}) // the server is gone before it
  }
}

function isOver(status: KubernetesObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed'
}

/** The node has said nothing yet of one of its containers. */
function hasUnstarted({ spec, status }: KubernetesObject): boolean {
  const known = [...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])]
  return [...spec.containers, ...(spec.ephemeralContainers ?? [])].some(({ name }) =>
    known.every(each => each.name !== name),
  )
}

async function report(api: ApiClient, path: string, all: readonly Container[]): Promise<void> {
  if (all.length === 0) return
  const containers = all.filter(each => !each.isEphemeral)
  const codes = containers.map(({ exitCode }) => exitCode)
  const runs = codes.includes(undefined)
  const status = {
    phase: runs ? 'Running' : codes.every(code => code === 0) ? 'Succeeded' : 'Failed',
    ...{ hostIP: '127.0.0.1', podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }], startTime: containers[0]?.startedAt },
    conditions: [
      ...[condition('Initialized', true), condition('Ready', runs)],
      ...[condition('ContainersReady', runs), condition('PodScheduled', true)],
    ],
    containerStatuses: containers.map(each => statusOf(each, runs)),
    ...(containers.length < all.length && {
      ephemeralContainerStatuses: all.filter(each => each.isEphemeral).map(each => statusOf(each, false)),
    }),
  }
  await api.call('PATCH', `${path}/status`, { status }, merge)
}

function statusOf({ name, image, startedAt, exitCode }: Container, ready: boolean): object {
  const state =
    exitCode === undefined
      ? { running: { startedAt } }
      : {
          terminated: { exitCode, startedAt, finishedAt: now(), reason: exitCode === 0 ? 'Completed' : 'Error' },
        }
  return { name, image, imageID: '', containerID: `fake://${name}`, ready, started: ready, restartCount: 0, state }
}

async function complete(api: ApiClient, type: string, { metadata, spec, status }: KubernetesObject): Promise<void> {
  if (type === 'DELETED' || status?.observedGeneration === metadata.generation) return
  const count = spec.replicas ?? 1
  await api.call(
    'PATCH',
    `/apis/apps/v1/namespaces/${metadata.namespace}/deployments/${metadata.name}/status`,
    {
      status: {
        observedGeneration: metadata.generation,
        ...{ replicas: count, updatedReplicas: count, readyReplicas: count, availableReplicas: count },
        conditions: [
          condition('Available', true, 'MinimumReplicasAvailable'),
          condition('Progressing', true, 'NewReplicaSetAvailable'),
        ],
      },
    },
    merge,
  )
}

function condition(type: string, holds: boolean, reason?: string): object {
  return { type, status: holds ? 'True' : 'False', lastTransitionTime: now(), ...(reason !== undefined && { reason }) }
}
