import { type KubernetesServer, startKubernetes } from '@cedargate/demo'
import { fakeMark } from '../runner/run-file.ts'
import { requirePeers } from './find.ts'
import { findKubeApiserver } from './kubernetes.ts'

/**
 * The real kube-apiserver that `CEDARGATE_KUBE_APISERVER` names, over a real etcd. Without it a fake stands in, which the
 * runner says; where it is `fake`, that is what is wanted.
 */
export async function startTestKubernetes(): Promise<KubernetesServer> {
  if (process.env.CEDARGATE_KUBE_APISERVER === 'fake') return startKubernetes()
  const apiserver = findKubeApiserver()
  if (apiserver !== undefined) {
    const { etcd } = await requirePeers('etcd')
    return startKubernetes({ binaries: { apiserver, etcd } })
  }
  process.stdout.write(`${fakeMark}kube-apiserver, next: set CEDARGATE_KUBE_APISERVER\n`)
  return startKubernetes()
}
