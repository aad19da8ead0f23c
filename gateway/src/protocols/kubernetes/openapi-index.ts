/**
 * The index of OpenAPI v3 names its documents by paths from the root of the server. Clients before 1.30 ask for just those, and
 * would leave out where the API stands at the gateway, and so the role; newer ones know that a server may say the whole path.
 *
 * @see k8s.io/client-go, `openapi/client.go`; github.com/kubernetes/kubernetes, issue 117463
 */
import { isRecord, type KubernetesOperation } from '@cedargate/policy-schema'

export function isOpenApiIndex({ method, path }: Pick<KubernetesOperation, 'method' | 'path'>): boolean {
  return method === 'GET' && /^\/openapi\/v3\/?$/.test(path)
}

/** @returns what is no such index as it was */
export function withPrefix(index: Buffer, prefix: string): Buffer {
  let value: unknown
  try {
    value = JSON.parse(index.toString())
  } catch {
    return index
  }
  if (!isRecord(value) || !isRecord(value.paths)) return index
  const { paths } = value
  return Buffer.from(JSON.stringify({ ...value, paths: mapped(paths, each => below(each, prefix)) }))
}

function below(entry: unknown, prefix: string): unknown {
  if (!isRecord(entry)) return entry
  const { serverRelativeURL: url } = entry
  return typeof url === 'string' && /^\/(?!\/)/.test(url) ? { ...entry, serverRelativeURL: prefix + url } : entry
}

function mapped(paths: { readonly [key: string]: unknown }, each: (entry: unknown) => unknown) {
  return Object.fromEntries(Object.entries(paths).map(([key, entry]) => [key, each(entry)]))
}
