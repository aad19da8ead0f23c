export type { BundleCode } from './bundle/codes.ts'
export { encodeEnvelope, maxEnvelopeBytes, signPayload } from './bundle/envelope.ts'
export * from './bundle/manifest.ts'
export * from './bundle/order.ts'
export * from './bundle/pack.ts'
export {
  checkTrust,
  maxSkewMs,
  type OpenedBundle,
  openBundle,
  type TrustRoot,
  type VerifiedBundle,
  verifyBundle,
  verifyCurrent,
} from './bundle/verify.ts'
export * from './canonical.ts'
export { type FormatCode, formatPolicies } from './cedar/format.ts'
export { type CedarCode, cedarVersion } from './cedar/instance.ts'
export { type PolicyCode, type PolicyJson, type PolicyReading, policyJson, readPolicies } from './cedar/policies.ts'
export { authoringModel, authoringSchema, type SchemaModel } from './cedar/schema.ts'
export { environments, type Scope, scopeOf, uidText } from './cedar/scope.ts'
export { type ValidationCode, validateRepository } from './cedar/validation.ts'
export * from './decision.ts'
export {
  type Annotation,
  annotations,
  approverRoles,
  durationMs,
  isShadow,
  limitAnnotations,
} from './engine/annotations.ts'
export {
  createEngine,
  type EngineCode,
  type EngineHealth,
  type EngineOptions,
  type PolicyEngine,
} from './engine/engine.ts'
export { type ExplainedPolicy, type ExplainedRequest, type Explanation, explain } from './engine/explain.ts'
export { frozen } from './engine/frozen.ts'
export { Generations } from './engine/generations.ts'
export { reservedApprovers } from './engine/pending.ts'
export { type IndexedPolicy, indexPolicies, type PolicyIndex } from './engine/policy-index.ts'
export { type SmokeCode, smokeRepository } from './engine/smoke.ts'
export { unsegment } from './entity-id.ts'
export * from './errors.ts'
export { loadGrammars } from './grammars.ts'
export * from './operation.ts'
export * from './protocol.ts'
export { protocols } from './protocols/index.ts'
export * from './protocols/kubernetes/index.ts'
export * from './protocols/postgres/index.ts'
export * from './protocols/postgres/operation.ts'
export { configFile, identitiesFile, isRepositoryFile, repositoryDigest, targetsFile } from './repository/files.ts'
export { grantedRoles } from './repository/identities.ts'
export { loadRepository } from './repository/load.ts'
export { type OpenedRepository, openRepository } from './repository/open.ts'
export * from './repository/types.ts'
export { schemaVersion } from './repository/version.ts'
export { readYaml, type YamlDocument } from './repository/yaml.ts'
export * from './signing.ts'
export * from './trail/chain.ts'
export * from './trail/checkpoint.ts'
export * from './trail/events.ts'
export type { ChainReport, TrailFinding, TrailFindingCode, TrailReport } from './trail/finding.ts'
export { inertJson } from './trail/inert.ts'
export * from './trail/line.ts'
export * from './trail/line-buffer.ts'
export * from './trail/lines.ts'
export * from './trail/recover.ts'
export * from './trail/schema.ts'
export * from './trail/segment.ts'
export * from './trail/verifier.ts'
export * from './trail/verify.ts'
export * from './trail/who.ts'
export * from './work.ts'
