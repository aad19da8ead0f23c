import type { Impersonation, KubernetesOperation } from './operation.ts'

/** `PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale {"spec":{"replicas":3}}`, as whom, and how it goes on. */
export function toText({ method, path, query, upgrade, impersonate, body }: KubernetesOperation): string {
  const search = query.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&')
  return [
    `${method} ${path}${search === '' ? '' : `?${search}`}`,
    ...(impersonate === undefined ? [] : [`as ${whom(impersonate)}`]),
    ...(upgrade === undefined ? [] : [`over ${upgrade}`]),
    ...(body?.content === undefined ? [] : [JSON.stringify(body.content)]),
  ].join(' ')
}

function whom({ user, groups = [], uid, extra = {} }: Impersonation): string {
  return [
    ...(user === undefined ? [] : [user]),
    ...groups.map(group => `group ${group}`),
    ...(uid === undefined ? [] : [`uid ${uid}`]),
    ...Object.entries(extra).map(([key, values]) => `${key}=${values.join(',')}`),
  ].join(', ')
}
