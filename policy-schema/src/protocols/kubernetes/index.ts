export * from './operation.ts'
export { readTarget, writeTarget } from './path.ts'
export { needsReading, readObject } from './readings.ts'
export { type NonResourceInfo, type RequestInfo, type ResourceInfo, requestInfo, type Verb } from './request-info.ts'
