const object = (properties: object, more = {}) => ({ type: 'object', properties, ...more })
const text = { type: 'string', description: 'text' }
const containers = { type: 'array', items: object({ name: text, image: text }), description: 'what runs' }
const pod = { group: '', version: 'v1', kind: 'Pod' }
const ofPods = { get: { 'x-kubernetes-action': 'get', 'x-kubernetes-group-version-kind': pod } }

/** As little as `kubectl explain` and `apply` need. */
export const openApi: { readonly [path: string]: object } = {
  '/openapi/v3': { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' } } },
  '/openapi/v3/api/v1': {
    ...{ openapi: '3.0.0', info: { title: 'fake', version: 'v1' } },
    // `explain` of 1.27 looks for the first alone
    paths: Object.fromEntries(
      ['pods', 'namespaces/{namespace}/pods', 'namespaces/{namespace}/pods/{name}'].map(path => [
        `/api/v1/${path}`,
        ofPods,
      ]),
    ),
    components: {
      schemas: {
        'io.k8s.api.core.v1.Pod': object(
          { kind: text, spec: object({ containers }) },
          { 'x-kubernetes-group-version-kind': [pod] },
        ),
      },
    },
  },
}

/** OpenAPI v2 as protobuf: a document that says its version alone, so clients validate nothing. */
export const openApiV2 = Buffer.concat([Buffer.from([0x0a, 3]), Buffer.from('2.0'), Buffer.from([0x12, 0, 0x42, 0])])
