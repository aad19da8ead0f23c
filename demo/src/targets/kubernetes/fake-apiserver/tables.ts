import type { KubernetesObject } from '../api-client.ts'

const columns: {
  readonly [kind: string]: readonly (readonly [name: string, (object: KubernetesObject) => unknown])[]
} = {
  Pod: [
    [
      'Ready',
      ({ status }) => `${status.containerStatuses?.filter((each: KubernetesObject) => each.ready).length ?? 0}/1`,
    ],
    ['Status', ({ status }) => status.phase],
  ],
  Deployment: [['Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`]],
  ConfigMap: [['Data', ({ data }) => Object.keys(data ?? {}).length]],
}

/** @see Kubernetes API concepts, "Receiving resources as Tables" */
export function toTable(body: KubernetesObject): KubernetesObject {
  const objects: readonly KubernetesObject[] = body.items ?? [body]
  const [kind = ''] = [String(body.kind).replace(/List$/, '')]
  const own = columns[kind] ?? []
  const column = (name: string) => ({
    name,
    type: 'string',
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: 0,
  })
  return {
    ...{ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: body.metadata?.resourceVersion } },
    columnDefinitions: ['Name', ...own.map(([name]) => name), 'Age'].map(column),
    rows: objects.map(object => ({
      cells: [object.metadata.name, ...own.map(([, cell]) => cell(object)), '1s'],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  }
}
