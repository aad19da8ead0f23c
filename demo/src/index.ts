export { spawnCedargate } from './cedargate.ts'
export { type DemoCode, DemoError } from './errors.ts'
export { createPolicyRepository, type PolicyRepository } from './policy-repository.ts'
export { type DemoOptions, runDemo } from './run-demo.ts'
export {
  type CertificateAuthority,
  createCertificateAuthority,
  type Issued,
  type Validity,
} from './targets/certificates.ts'
export { freePort } from './targets/free-port.ts'
export type { ApiClient, KubernetesObject } from './targets/kubernetes/api-client.ts'
export {
  type Call,
  type KubernetesOptions,
  type KubernetesServer,
  startKubernetes,
} from './targets/kubernetes/kubernetes.ts'
export {
  findInLayer,
  findKubeApiserver,
  findProgram,
  type KubectlVersion,
  kubectlVersions,
} from './targets/kubernetes/programs.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './targets/postgres.ts'
export { createTrailTail, type TrailTail } from './trail-tail.ts'
