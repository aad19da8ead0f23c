import { segment } from '../../entity-id.ts'
import type { EntityUid } from '../../operation.ts'
import type { Entity } from '../../protocol.ts'

const uid = (type: string, ...path: readonly string[]): EntityUid => ({
  type: `K8s::${type}`,
  id: path.map(segment).join('/'),
})

/** An object with its ancestors, itself first. */
export type Lineage = readonly [Entity, ...Entity[]]

function clusterEntity(target: string): Entity {
  return { uid: uid('Cluster', target), attrs: {}, parents: [] }
}

export interface NamedResource {
  readonly apiGroup: string
  readonly resource: string
  /** Empty: of the cluster. */
  readonly namespace: string
  /** Empty: all of them, or one that has no name yet. */
  readonly name: string
}

/** `prod/shop/apps/deployments/web`; of the cluster `prod//rbac.authorization.k8s.io/clusterroles/admin`. */
export function resourceLineage(target: string, { apiGroup, resource, namespace, name }: NamedResource): Lineage {
  const cluster = clusterEntity(target)
  const attrs = {
    ...{ apiGroup, resource },
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
  }
  const itself = uid('Resource', target, namespace, apiGroup, resource, name)
  if (namespace === '') return [{ uid: itself, attrs, parents: [cluster.uid] }, cluster]
  const space: Entity = { uid: uid('Namespace', target, namespace), attrs: {}, parents: [cluster.uid] }
  return [{ uid: itself, attrs, parents: [space.uid] }, space, cluster]
}

/** `prod//metrics`: the path is one segment of the id. */
export function urlLineage(target: string, path: string): Lineage {
  const cluster = clusterEntity(target)
  return [{ uid: uid('NonResourceUrl', target, path), attrs: { path }, parents: [cluster.uid] }, cluster]
}
