import { jsonPatch, mergePatch } from '@cedargate/policy-schema'
import type { KubernetesObject } from '../api-client.ts'

/** A patch that cannot be applied: 422, or 409 where it is a conflict of managers. */
export class PatchError extends Error {}

/** By its media type: JSON patch, JSON merge patch; strategic merge and apply only about so. */
export function applyPatch(contentType: string, before: KubernetesObject, patch: KubernetesObject): KubernetesObject {
  if (contentType === 'application/merge-patch+json') return mergePatch(before, patch)
  if (contentType !== 'application/json-patch+json') return strategic(before, patch)
  const patched = jsonPatch(before, patch)
  if (patched === undefined) throw new PatchError('a JSON patch does not apply')
  return patched.value
}

const mergeKeys = ['name', 'containerPort', 'port', 'type', 'uid', 'ip', 'key'] as const

function strategic(before: KubernetesObject, patch: KubernetesObject): KubernetesObject {
  if (Array.isArray(patch)) return strategicList(Array.isArray(before) ? before : [], patch)
  if (!isMap(patch)) return patch
  if (patch.$patch === 'replace') return { ...patch, $patch: undefined }
  const after = isMap(before) ? { ...before } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    if (value === null) delete after[key]
    else after[key] = strategic(after[key], value)
  }
  return after
}

function strategicList(before: readonly KubernetesObject[], patch: readonly KubernetesObject[]): KubernetesObject {
  const key = mergeKeys.find(each => patch.length > 0 && patch.every(item => isMap(item) && each in item))
  if (key === undefined) return [...patch]
  const gone = new Set(patch.filter(item => item.$patch === 'delete').map(item => item[key]))
  const merged = before
    .filter(item => !gone.has(item[key]))
    .map(item => strategic(item, patch.find(each => each[key] === item[key]) ?? {}))
  const known = new Set(before.map(item => item[key]))
  return [...merged, ...patch.filter(item => !known.has(item[key]))]
}

/** Paths of what `applied` would change that has another value now. */
export function conflicts(before: KubernetesObject, applied: KubernetesObject, path = ''): readonly string[] {
  if (before === undefined) return []
  if (Array.isArray(applied))
    return applied.flatMap((item, n) => {
      const now =
        isMap(item) && 'name' in item ? before.find((each: KubernetesObject) => each.name === item.name) : before[n]
      return conflicts(now, item, `${path}[${isMap(item) && 'name' in item ? `name="${item.name}"` : n}]`)
    })
  if (isMap(applied))
    return Object.entries(applied).flatMap(([key, value]) => conflicts(before?.[key], value, `${path}.${key}`))
  return before === applied ? [] : [path]
}

function isMap(value: unknown): value is KubernetesObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
