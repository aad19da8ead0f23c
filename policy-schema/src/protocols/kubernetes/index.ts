export * from './operation.ts'
export { readTarget, writeTarget } from './path.ts'
export { type RequestInfo, type ResourceInfo, requestInfo } from './request-info.ts'
