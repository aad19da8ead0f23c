/** Objects that the tests apply, as JSON, which is YAML. */
const list = (...items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

export const pod = (name: string, command: string[], labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'docker.io/busybox:1', command }] },
})

export const deployment = (image: string, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 80 }] }] },
    },
  },
})

export const shop = (image: string, replicas?: number) =>
  list(
    deployment(image, replicas),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop' }, data: { colour: image } },
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' } },
      spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] },
    },
  )
