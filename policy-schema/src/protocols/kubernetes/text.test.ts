import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KubernetesOperation } from './operation.ts'
import { toText } from './text.ts'

const get: KubernetesOperation = {
  ...{ protocol: 'kubernetes', kind: 'request', method: 'GET', path: '/api/v1/namespaces/shop/pods/web/exec' },
  ...{ query: [], catalog: {} },
}
const body = { contentType: 'application/json', bytes: 1, digest: '' }

const text = suite('a call as a person reads it')
for (const [why, more, said] of [
  ['says what is asked', {}, ''],
  [
    'with its query',
    {
      query: [
        ['command', 'id'],
        ['watch', ''],
      ] as const,
    },
    '?command=id&watch',
  ],
  ['with how it goes on', { upgrade: 'websocket' }, ' over websocket'],
  [
    'with its body, where that was kept',
    { body: { ...body, content: { spec: { replicas: 3 } } } },
    ' {"spec":{"replicas":3}}',
  ],
  ['and without one that was not', { body }, ''],
  [
    'with as whom',
    { impersonate: { user: 'jane', groups: ['a', 'b'], uid: '7', extra: { scopes: ['x', 'y'] } } },
    ' as jane, group a, group b, uid 7, scopes=x,y',
  ],
] as const)
  text(why, () => assert.is(toText({ ...get, ...more }), `GET /api/v1/namespaces/shop/pods/web/exec${said}`))
text.run()
