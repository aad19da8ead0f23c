import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ChannelProtocol, createChannelObserver } from './channels.ts'
import { byteByByte, cuts, endsWith, hear, type Part, together } from './listen.test-support.ts'
import type { Listener, Observer, Side, Use } from './observer.ts'
import { createSpdyWriter, data } from './spdy.test-support.ts'
import { createTunnelObserver } from './tunnel.ts'
import { type FrameShape, frame, message } from './websocket.test-support.ts'

const channels =
  (protocol: ChannelProtocol = 'v5.channel.k8s.io', use: Use = 'terminal') =>
  (listener: Listener): Observer =>
    createChannelObserver(protocol, use, listener)

const say = (from: Side, channel: number, text: string, shape?: FrameShape): Part => [
  from,
  message(from, channel, text, shape),
]
const send = (from: Side, payload: string | readonly number[], shape?: FrameShape): Part => [
  from,
  frame(from, payload, shape),
]

const reading = suite('a WebSocket')

const execution: readonly Part[] = [
  say('target', 1, ''),
  say('client', 4, '{"Width":80,"Height":24}'),
  say('client', 0, 'ls\n'),
  send('client', '', { opcode: 9 }),
  say('client', 0, 'as text', { opcode: 1 }),
  send('client', [255, 0]),
  say('target', 1, 'a file\n'.repeat(30)),
  say('target', 2, 'a war', { more: true }),
  send('target', 'pong', { opcode: 10 }),
  send('target', 'ning', { opcode: 0 }),
  send('client', ''),
  say('target', 3, '{"status":"Success"}'),
  send('target', [3, 232], { opcode: 8 }),
  send('client', [3, 232], { opcode: 8 }),
]
const said = [
  'client resize {"Width":80,"Height":24}',
  'client stdin ls\nas text',
  'client stdin ended',
  `target stdout ${'a file\n'.repeat(30)}`,
  'target stderr a warning',
  'target error {"status":"Success"}',
]

reading('tells channels apart by the first byte of a message', async () => {
  assert.equal(together(await hear(channels(), execution)), said)
})

reading('is read alike wherever it is cut', async () => {
  for (const cut of [...cuts(execution), byteByByte(execution)])
    assert.equal(together(await hear(channels(), cut)), said)
})

for (const length of [124, 125, 126, 65_534, 65_535, 65_536])
  reading(`takes messages of ${length} characters`, async () => {
    const text = 'x'.repeat(length)
    const heard = await hear(channels(), [say('client', 0, text), say('target', 1, text)])
    assert.equal(heard, [`client stdin ${text}`, `target stdout ${text}`])
  })

reading('passes over the size of a terminal that nobody asked for', async () => {
  const create = (listener: Listener) => createChannelObserver('v5.channel.k8s.io', 'terminal', listener, ['stdout'])
  assert.equal(await hear(create, [say('client', 4, '{"Width":80,"Height":24}'), send('client', [255, 0])]), [])
})

reading('has two channels for each forwarded port', async () => {
  const heard = await hear(channels('v4.channel.k8s.io', 'ports'), [
    say('client', 0, 'GET'),
    say('client', 2, 'PUT'),
    say('target', 3, 'refused'),
  ])
  assert.equal(heard, ['client data GET', 'client data PUT', 'target error refused'])
})

reading('carries SPDY for a forwarded port, whatever its messages are cut into', async () => {
  const client = createSpdyWriter()
  const target = createSpdyWriter()
  const asked = await client.open(1, [['streamtype', 'data']])
  const reply = await target.reply(1)
  client.close()
  target.close()
  const parts: readonly Part[] = [
    ['client', frame('client', asked.subarray(0, 3), { more: true })],
    ['client', frame('client', asked.subarray(3, 30), { opcode: 0 })],
    ['client', frame('client', asked.subarray(30))],
    ['target', frame('target', reply)],
    ['client', frame('client', data(1, 'GET', 1))],
    ['target', frame('target', data(1, 'OK', 1))],
  ]
  for (const cut of [parts, ...cuts(parts), byteByByte(parts)])
    assert.equal(together(await hear(createTunnelObserver, cut)), [
      'client data GET',
      'client data ended',
      'target data OK',
      'target data ended',
    ])
})

reading.run()

const hostile = suite('a WebSocket ends when')

const cases: readonly (readonly [
  why: string,
  parts: readonly Part[],
  code: string,
  create?: (listener: Listener) => Observer,
])[] = [
  ['it is HTTP', [['client', Buffer.from('GET / HTTP/1.1\r\n\r\n')]], 'ERR_STREAM_FRAME'],
  ['the client does not mask', [say('client', 0, 'ls', { masked: false })], 'ERR_STREAM_FRAME'],
  ['the target masks', [say('target', 1, 'ls', { masked: true })], 'ERR_STREAM_FRAME'],
  ['a frame claims to be compressed', [say('client', 0, 'ls', { reserved: 0x40 })], 'ERR_STREAM_FRAME'],
  ['a frame has the second reserved bit', [say('target', 1, 'ls', { reserved: 0x20 })], 'ERR_STREAM_FRAME'],
  [
    'a control frame has the third reserved bit',
    [send('target', '', { opcode: 9, reserved: 0x10 })],
    'ERR_STREAM_FRAME',
  ],
  ['a frame has an opcode of data to come', [send('client', [0], { opcode: 3 })], 'ERR_STREAM_FRAME'],
  ['a frame has an opcode of control to come', [send('client', '', { opcode: 11 })], 'ERR_STREAM_FRAME'],
  ['a ping is in pieces', [send('client', '', { opcode: 9, more: true })], 'ERR_STREAM_FRAME'],
  ['a ping is long', [send('client', 'x'.repeat(126), { opcode: 9 })], 'ERR_STREAM_FRAME'],
  ['a length of 2 bytes would fit in 1', [say('client', 0, 'ls', { lengthBytes: 2 })], 'ERR_STREAM_FRAME'],
  ['a length of 8 bytes would fit in 2', [say('client', 0, 'ls', { lengthBytes: 8 })], 'ERR_STREAM_FRAME'],
  ['a frame is over the cap', [['target', Buffer.from([0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1])]], 'ERR_STREAM_SIZE'],
  ['a length is negative', [['target', Buffer.from([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0])]], 'ERR_STREAM_SIZE'],
  ['a frame continues nothing', [send('target', 'x', { opcode: 0 })], 'ERR_STREAM_FRAME'],
  [
    'a message begins within another',
    [say('target', 1, 'x', { more: true }), say('target', 1, 'x')],
    'ERR_STREAM_FRAME',
  ],
  ['the client sends a message in pieces', [say('client', 4, 'x', { more: true })], 'ERR_STREAM_FRAME'],
  [
    'a message follows the closing frame',
    [send('client', [3, 232], { opcode: 8 }), say('client', 0, 'ls')],
    'ERR_STREAM_FRAME',
  ],
  ['the client writes to stdout', [say('client', 1, 'x')], 'ERR_STREAM_CHANNEL'],
  ['the client says how the command ended', [say('client', 3, '{}')], 'ERR_STREAM_CHANNEL'],
  ['the target writes to stdin', [say('target', 0, 'x')], 'ERR_STREAM_CHANNEL'],
  ['a channel has a number that none has', [say('client', 5, 'x')], 'ERR_STREAM_CHANNEL'],
  ['a channel is named as base64 has it', [say('client', 0x30, 'bHM=')], 'ERR_STREAM_CHANNEL'],
  ['stdin goes on after its end', [send('client', [255, 0]), say('client', 0, 'ls')], 'ERR_STREAM_CHANNEL'],
  ['another channel than stdin is closed', [send('client', [255, 1])], 'ERR_STREAM_CHANNEL'],
  ['no channel is closed', [send('client', [255])], 'ERR_STREAM_CHANNEL'],
  ['two channels are closed', [send('client', [255, 0, 1])], 'ERR_STREAM_CHANNEL'],
  ['the target closes a channel', [send('target', [255, 1])], 'ERR_STREAM_CHANNEL'],
  ['a channel is closed by v4', [send('client', [255, 0])], 'ERR_STREAM_CHANNEL', channels('v4.channel.k8s.io')],
  [
    'the client writes to the error of a port',
    [say('client', 1, 'x')],
    'ERR_STREAM_CHANNEL',
    channels('v4.channel.k8s.io', 'ports'),
  ],
  [
    'stdin comes that the call did not ask for',
    [say('client', 0, 'ls')],
    'ERR_STREAM_CHANNEL',
    listener => createChannelObserver('v5.channel.k8s.io', 'terminal', listener, ['stdout', 'error']),
  ],
  ['a tunnel carries text', [send('client', 'x', { opcode: 1 })], 'ERR_STREAM_FRAME', createTunnelObserver],
  ['a tunnel carries no SPDY', [send('client', 'GET / HTTP/1.1')], 'ERR_STREAM_FRAME', createTunnelObserver],
]

for (const [why, parts, code, create = channels()] of cases)
  hostile(why, async () => assert.is(await endsWith(create, parts, code), undefined))

hostile.run()
