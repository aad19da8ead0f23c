/** What a call does beside what its verb says, and is asked for too. */
import { isDeepStrictEqual } from 'node:util'
import type { DecodedBody, ReadBody } from './body.ts'
import type { KubernetesOperation } from './operation.ts'
import { isRecord } from './part.ts'
import type { RequestInfo, ResourceInfo } from './request-info.ts'

/** The actions, on the object itself. */
export function besides(operation: KubernetesOperation, info: ResourceInfo): readonly ('create' | 'delete')[] {
  return [
    ...(mayCreate(operation, info) ? (['create'] as const) : []),
    ...(operation.catalog.owned ? (['delete'] as const) : []),
  ]
}

/**
 * Whether it makes the object where there is none: an update and an apply do, of one kind or another. It is known to be there
 * only where the target was asked.
 *
 * @see k8s.io/apiserver, `pkg/endpoints/handlers/rest.go`: withAuthorization, which asks for `create` there
 */
export function mayCreate({ body, catalog }: KubernetesOperation, { verb, subresource }: ResourceInfo): boolean {
  if (subresource !== '' || (catalog.before ?? null) !== null) return false
  return verb === 'update' || (verb === 'patch' && body?.contentType.startsWith('application/apply-patch') === true)
}

/**
 * Whether a change says, or could say, of what the object is a part: it is collected when that is gone, or never was there.
 * Whoever may not throw the object away may not say so.
 *
 * @see Kubernetes, "OwnerReferencesPermissionEnforcement", which asks for `delete` there
 */
export function saysOwners(info: RequestInfo | undefined, { body, decoded }: ReadBody): boolean {
  if (!info?.isResource || !(info.verb === 'update' || info.verb === 'patch') || info.subresource === 'scale')
    return false
  return decoded === undefined ? body.bytes > 0 : ownersIn(decoded)
}

/** Whether an update leaves owners as they are, in the one spelling that every server reads. */
export function keepsOwners({ form, value }: DecodedBody, before: unknown): boolean {
  const owners = (object: unknown) => {
    const found = members(object, 'metadata')
    const [metadata] = found
    if (found.length !== 1 || !isRecord(object) || !isRecord(metadata) || object.metadata !== metadata) return undefined
    return members(metadata, 'ownerreferences').length === 1 ? metadata.ownerReferences : undefined
  }
  const [sent, there] = [owners(value), owners(before)]
  return form === 'object' && sent !== undefined && isDeepStrictEqual(sent, there)
}

function ownersIn({ form, value }: DecodedBody): boolean {
  if (form !== 'json-patch') return inObject(value)
  return Array.isArray(value) && value.some(inStep)
}

function inObject(value: unknown): boolean {
  return members(value, 'metadata').some(inMetadata)
}

function inMetadata(metadata: unknown): boolean {
  return members(metadata, 'ownerreferences').some(owners => !Array.isArray(owners) || owners.length > 0)
}

/** What it copies or moves to where owners stand could be anything. */
function inStep(step: unknown): boolean {
  if (!isRecord(step) || typeof step.path !== 'string' || step.op === 'test') return false
  const [, first = '', second = ''] = step.path.toLowerCase().split('/')
  if (second === 'ownerreferences') return first === 'metadata'
  if (second !== '' || !['', 'metadata'].includes(first) || step.op === 'remove') return false
  if (step.op === 'copy' || step.op === 'move') return true
  return first === '' ? inObject(step.value) : inMetadata(step.value)
}

/** In whatever letters: old servers take one for the other. */
function members(value: unknown, key: string): readonly unknown[] {
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([each, member]) =>
    each.toUpperCase().toLowerCase() === key && member !== null ? [member] : [],
  )
}
