import type { KubernetesOperation } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acceptOf, type Offer, offerHeaders, readAnswer, readOffer, upgradeOf } from './offer.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const exec = '/api/v1/namespaces/shop/pods/web/exec'
const forward = '/api/v1/namespaces/shop/pods/web/portforward'
const call = (
  upgrade: 'spdy' | 'websocket' | undefined,
  path = exec,
  method?: 'GET' | 'POST',
): KubernetesOperation => ({
  ...{ protocol: 'kubernetes', kind: 'request', path, query: [], catalog: {} },
  method: method ?? (upgrade === 'spdy' ? 'POST' : 'GET'),
  ...(upgrade && { upgrade }),
})
const ws = (protocols: string, more: readonly string[] = []) => [
  ...['Sec-WebSocket-Key', key, 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Protocol', protocols],
  ...more,
]
const spdy = (...protocols: readonly string[]) => protocols.flatMap(each => ['X-Stream-Protocol-Version', each])

const offers = suite('an upgrade is offered')

for (const [header, upgrade] of [
  ['SPDY/3.1', 'spdy'],
  ['spdy/3.1', 'spdy'],
  ['WebSocket', 'websocket'],
  ['SPDY/3', undefined],
  ['h2c', undefined],
  ['websocket, SPDY/3.1', undefined],
] as const)
  offers(`by \`${header}\` as ${upgrade}`, () => assert.is(upgradeOf(header), upgrade))

for (const [what, operation, headers, use, protocols] of [
  [
    'kubectl 1.27 for exec',
    call('spdy'),
    spdy('v4.channel.k8s.io', 'v3.channel.k8s.io', 'channel.k8s.io'),
    'terminal',
    ['v4.channel.k8s.io'],
  ],
  [
    'kubectl 1.35 for attach',
    call('websocket', exec.replace('exec', 'attach')),
    ws('v5.channel.k8s.io'),
    'terminal',
    ['v5.channel.k8s.io'],
  ],
  [
    'a list in one header',
    call('spdy'),
    spdy('v5.channel.k8s.io, v4.channel.k8s.io'),
    'terminal',
    ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  ],
  ['kubectl 1.27 for a port', call('spdy', forward), spdy('portforward.k8s.io'), 'ports', ['portforward.k8s.io']],
  [
    'kubectl 1.35 for a port',
    call('websocket', forward),
    ws('SPDY/3.1+portforward.k8s.io'),
    'ports',
    ['SPDY/3.1+portforward.k8s.io'],
  ],
  [
    'a library for a port',
    call('websocket', forward),
    ws('v4.channel.k8s.io,v4.base64.channel.k8s.io'),
    'ports',
    ['v4.channel.k8s.io'],
  ],
  [
    'a browser for a service',
    call('websocket', '/api/v1/namespaces/shop/services/web/proxy/live'),
    ws('chat'),
    'opaque',
    ['chat'],
  ],
] as const)
  offers(`as ${what} does`, () => {
    const offer = readOffer(operation, headers)
    assert.ok(typeof offer !== 'string', String(offer))
    assert.is(offer.use, use)
    assert.equal(offer.protocols, protocols)
  })

offers('to the target without extensions', () => {
  const offer = readOffer(
    call('websocket'),
    ws('v5.channel.k8s.io', ['Sec-WebSocket-Extensions', 'permessage-deflate']),
  )
  assert.ok(typeof offer !== 'string')
  assert.equal(offerHeaders(offer), [
    ...['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Key', key],
    ...['Sec-WebSocket-Version', '13', 'Sec-WebSocket-Protocol', 'v5.channel.k8s.io'],
  ])
})

for (const [why, operation, headers] of [
  ['only base64 is offered', call('websocket'), ws('base64.channel.k8s.io')],
  ['nothing is offered', call('spdy'), []],
  ['only the first version is offered', call('spdy'), spdy('channel.k8s.io')],
  ['a port would be a terminal', call('spdy', forward), spdy('v4.channel.k8s.io')],
  ['a WebSocket begins with POST', call('websocket', exec, 'POST'), ws('v5.channel.k8s.io')],
  ['its key is none', call('websocket'), ['Sec-WebSocket-Key', 'x', ...ws('v5.channel.k8s.io').slice(2)]],
  [
    'its version is another',
    call('websocket'),
    ['Sec-WebSocket-Key', key, 'Sec-WebSocket-Version', '8', ...ws('v5.channel.k8s.io').slice(4)],
  ],
  ['it is of no known kind', call(undefined), []],
  ['it is of a log', call('websocket', exec.replace('exec', 'log')), ws('v5.channel.k8s.io')],
  [
    'it is of another kind of object',
    call('spdy', '/apis/kubevirt.io/v1/namespaces/shop/pods/web/exec'),
    spdy('v4.channel.k8s.io'),
  ],
  [
    'a node would have a terminal',
    call('websocket', '/api/v1/nodes/one/proxy/exec/shop/web/main'),
    ws('v4.channel.k8s.io'),
  ],
  ['a program would get SPDY', call('spdy', '/api/v1/namespaces/shop/pods/web/proxy/'), spdy('v4.channel.k8s.io')],
] as const)
  offers(`in vain where ${why}`, () => assert.type(readOffer(operation, headers), 'string'))

offers.run()

const answers = suite('an answer to it is refused where')

const accept = ['Sec-WebSocket-Accept', acceptOf(key)]
const websocket = ['Upgrade', 'websocket', 'Connection', 'Upgrade']
const protocol = ['Sec-WebSocket-Protocol', 'v5.channel.k8s.io']
const terminal: Offer = {
  ...{ upgrade: 'websocket', use: 'terminal', channels: [], protocols: ['v5.channel.k8s.io'], key },
}

answers('nothing is: then it is passed on anew', () => {
  assert.is(acceptOf(key), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=') // RFC 6455, 1.3
  assert.equal(readAnswer(terminal, [...websocket, ...accept, ...protocol, 'Set-Cookie', 'x']), {
    protocol: 'v5.channel.k8s.io',
    headers: ['Connection', 'Upgrade', 'Upgrade', 'websocket', ...accept, ...protocol],
  })
})

for (const [why, headers, offer = terminal] of [
  ['it goes on as SPDY', ['Upgrade', 'SPDY/3.1', ...accept, ...protocol]],
  ['it goes on as nothing', [...accept, ...protocol]],
  ['it took no key', [...websocket, ...protocol]],
  ['it took another key', [...websocket, ...protocol, 'Sec-WebSocket-Accept', acceptOf('x')]],
  ['it names no protocol', [...websocket, ...accept]],
  ['it names another protocol', [...websocket, ...accept, 'Sec-WebSocket-Protocol', 'v4.channel.k8s.io']],
  ['it names two', [...websocket, ...accept, ...protocol, ...protocol]],
  ['it compresses', [...websocket, ...accept, ...protocol, 'Sec-WebSocket-Extensions', 'permessage-deflate']],
  [
    'SPDY names no protocol',
    ['Upgrade', 'SPDY/3.1'],
    { upgrade: 'spdy', use: 'terminal', protocols: ['v4.channel.k8s.io'] },
  ],
] as readonly (readonly [string, readonly string[], Offer?])[])
  answers(why, () => assert.type(readAnswer(offer, headers), 'string'))

answers.run()
