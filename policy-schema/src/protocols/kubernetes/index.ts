export { keepsOwners, mayCreate, saysOwners } from './besides.ts'
export { type BodyForm, type DecodedBody, maxBodyBytes, type ReadBody, readBody, writeBody } from './body.ts'
export { isDryDelete } from './delete-options.ts'
export * from './operation.ts'
export { isRecord } from './part.ts'
export { jsonPatch, mergePatch } from './patches.ts'
export { readTarget, writeTarget } from './path.ts'
export { type ObjectVersion, pinned } from './pin.ts'
export { needsReading, readObject } from './readings.ts'
export {
  isOn,
  isProxied,
  type NonResourceInfo,
  type RequestInfo,
  type ResourceInfo,
  requestInfo,
  type Verb,
} from './request-info.ts'
export { type KnownResource, knownResources } from './resources.ts'
