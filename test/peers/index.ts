/** Real servers and real clients for the tests across packages. */
export {
  createCertificateAuthority,
  type KubectlVersion,
  type KubernetesServer,
  type PostgresServer,
  startPostgres,
} from '@cedargate/demo'
export { debianServers, findPeer, requirePeers, skipFile } from './find.ts'
export { findKubeApiserver, helm, kubectl, kubectlVersions } from './kubernetes.ts'
export { type Connection, libpqEnv, type Ran, runClient, runPsql } from './run-client.ts'
export { createKubeClient, type KubeClient } from './run-kubectl.ts'
export { startTestKubernetes } from './start-kubernetes.ts'
