import { type KubernetesServer, startKubernetes } from '@cedargate/demo'
import { requirePeers, skipFile } from './find.ts'
import { findKubeApiserver } from './kubernetes.ts'

/** The real kube-apiserver that `CEDARGATE_KUBE_APISERVER` names, over a real etcd. */
export async function startTestKubernetes(): Promise<KubernetesServer> {
  const apiserver = findKubeApiserver()
  if (apiserver === undefined) skipFile('kube-apiserver is missing, next: set CEDARGATE_KUBE_APISERVER', false)
  const { etcd } = await requirePeers('etcd')
  return startKubernetes({ binaries: { apiserver, etcd } })
}
