import { deflateSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { byteByByte, cuts, endsWith, hear, type Part, together } from './listen.test-support.ts'
import { channelsOf, type Listener, type Use } from './observer.ts'
import { compressed, control, createSpdyWriter, data, headerBlock, numbers } from './spdy.test-support.ts'
import { createSpdyObserver } from './spdy.ts'
import { spdyDictionary } from './spdy-dictionary.ts'

const heardOf = (parts: readonly Part[], use: Use = 'terminal') =>
  hear(listener => createSpdyObserver(use, listener), parts)

async function execution(): Promise<readonly Part[]> {
  const client = createSpdyWriter()
  const target = createSpdyWriter()
  const types = ['error', 'stdin', 'stdout', 'stderr', 'resize']
  const opened: Part[] = []
  for (const [n, type] of types.entries()) opened.push(['client', await client.open(2 * n + 1, [['streamtype', type]])])
  const replies: Part[] = []
  for (const n of types.keys()) replies.push(['target', await target.reply(2 * n + 1)])
  client.close()
  target.close()
  return [
    ['client', control(4, 0, numbers(1, 4, 100))],
    ...opened,
    ...replies,
    ['client', control(6, 0, numbers(1))],
    ['target', control(6, 0, numbers(1))],
    ['client', data(9, '{"Width":80,"Height":24}\n')],
    ['client', data(3, 'ls\n')],
    ['client', data(3, '', 1)],
    ['target', data(5, 'a file\n')],
    ['target', control(9, 0, numbers(5, 7))],
    ['target', data(7, 'a warning\n', 1)],
    ['target', data(1, '{"status":"Success"}', 1)],
    ['client', control(3, 0, numbers(5, 5))],
    ['target', data(5, 'on its way when the client gave up')],
    ['target', control(7, 0, numbers(9, 0))],
  ]
}
const said = [
  'client resize {"Width":80,"Height":24}\n',
  'client stdin ls\n',
  'client stdin ended',
  'target stdout a file\n',
  'target stderr a warning\n',
  'target stderr ended',
  'target error {"status":"Success"}',
  'target error ended',
  'client stdout ended',
  'target stdout ended',
]

const reading = suite('SPDY')

reading('begins with the dictionary that every SPDY/3 stream names', () => {
  assert.is(deflateSync('', { dictionary: spdyDictionary }).readUInt32BE(2), 0xe3c6a7c2)
})

reading('tells channels apart by the streams that the client opened', async () => {
  assert.equal(await heardOf(await execution()), said)
})

reading('is read alike wherever it is cut', async () => {
  const parts = await execution()
  for (const cut of [...cuts(parts), byteByByte(parts)]) assert.equal(together(await heardOf(cut)), said)
})

reading('is read alike where frames come together', async () => {
  const runs: Part[] = []
  for (const [from, bytes] of await execution()) {
    const last = runs.at(-1)
    if (last?.[0] === from) runs[runs.length - 1] = [from, Buffer.concat([last[1], bytes])]
    else runs.push([from, bytes])
  }
  assert.equal(await heardOf(runs), said)
})

reading('forwards ports by pairs of streams, more of them than may be open at once', async () => {
  const client = createSpdyWriter()
  const target = createSpdyWriter()
  const parts: Part[] = []
  for (let id = 1; id < 6000; id += 4) {
    for (const [at, type] of ['error', 'data'].entries())
      parts.push([
        'client',
        await client.open(id + 2 * at, [
          ['streamtype', type],
          ['port', '80'],
          ['requestid', '0'],
        ]),
      ])
    parts.push(['target', await target.reply(id)], ['target', await target.reply(id + 2)])
    parts.push(['client', data(id, '', 1)], ['client', data(id + 2, 'GET', 1)])
    parts.push(['target', data(id, '', 1)], ['target', data(id + 2, 'OK', 1)])
  }
  client.close()
  target.close()
  const heard = await heardOf(parts, 'ports')
  assert.is(heard.filter(each => each === 'client data GET').length, 1500)
  assert.is(heard.filter(each => each === 'target data OK').length, 1500)
})

reading.run()

const hostile = suite('SPDY ends when')

const plain = (block: Buffer) => control(1, 0, Buffer.concat([numbers(1, 0), Buffer.alloc(2), block]))
const opens = async (...headers: (readonly [string, string])[]) => plain(await compressed(headerBlock(headers)))
const ofType = (type: string) => opens(['streamtype', type])
const spoiled = async (spoil: (frame: Buffer) => void) => {
  const frame = await ofType('stdin')
  spoil(frame)
  return frame
}
const client = async (...frames: (Buffer | Promise<Buffer>)[]): Promise<readonly Part[]> =>
  (await Promise.all(frames)).map(frame => ['client', frame])

const answeredStdin = async (): Promise<readonly Part[]> => {
  const target = createSpdyWriter()
  const reply = await target.reply(1)
  target.close()
  return [...(await client(ofType('stdin'))), ['target', reply]]
}

const cases: readonly (readonly [why: string, parts: () => Promise<readonly Part[]>, code: string, use?: Use])[] = [
  ['it is HTTP', () => client(Buffer.from('GET / HTTP/1.1\r\n\r\n')), 'ERR_STREAM_FRAME'],
  ['it is SPDY/2', () => client(spoiled(frame => frame.writeUInt8(2, 1))), 'ERR_STREAM_FRAME'],
  ['data comes on a stream that nobody opened', () => client(data(1, 'x')), 'ERR_STREAM_FRAME'],
  ['data comes before the target has answered', () => client(ofType('stdin'), data(1, 'x')), 'ERR_STREAM_FRAME'],
  [
    'data comes after GOAWAY',
    async () => [...(await answeredStdin()), ...(await client(control(7, 0, numbers(1, 0)), data(1, 'x')))],
    'ERR_STREAM_FRAME',
  ],
  ['a stream is opened after GOAWAY', () => client(control(7, 0, numbers(0, 0)), ofType('stdin')), 'ERR_STREAM_FRAME'],
  ['data comes on stream 0', () => client(data(0, 'x')), 'ERR_STREAM_FRAME'],
  ['data claims to be compressed', () => client(ofType('stdin'), data(1, 'x', 2)), 'ERR_STREAM_FRAME'],
  [
    'data comes after the end of its side',
    async () => [...(await answeredStdin()), ['client', data(1, 'x', 1)], ['client', data(1, 'x')]],
    'ERR_STREAM_FRAME',
  ],
  [
    'data comes on a stream opened for one side',
    async () =>
      client(
        spoiled(frame => frame.writeUInt8(1, 4)),
        data(1, 'x'),
      ),
    'ERR_STREAM_FRAME',
  ],
  [
    'data comes from whom gave the stream up',
    () => client(ofType('stdin'), control(3, 0, numbers(1, 5)), data(1, 'x')),
    'ERR_STREAM_FRAME',
  ],
  [
    'data comes on a stream that both have closed',
    async () => [
      ...(await client(ofType('data'), data(1, '', 1))),
      ['target', data(1, '', 1)],
      ['target', data(1, 'x')],
    ],
    'ERR_STREAM_FRAME',
    'ports',
  ],
  ['the client writes to stdout', () => client(ofType('stdout'), data(1, 'x')), 'ERR_STREAM_CHANNEL'],
  [
    'the target writes to stdin',
    async () => [...(await client(ofType('stdin'))), ['target', data(1, 'x')]],
    'ERR_STREAM_CHANNEL',
  ],
  [
    'the client writes to the error of a port',
    () => client(ofType('error'), data(1, 'x')),
    'ERR_STREAM_CHANNEL',
    'ports',
  ],
  ['a stream has no type', () => client(opens()), 'ERR_STREAM_CHANNEL'],
  ['a stream has another type', () => client(ofType('stdin2')), 'ERR_STREAM_CHANNEL'],
  ['a stream has two types in one', () => client(ofType('stdin\0stdout')), 'ERR_STREAM_CHANNEL'],
  ['a terminal forwards a port', () => client(ofType('data')), 'ERR_STREAM_CHANNEL'],
  ['a port has a terminal', () => client(ofType('stdin')), 'ERR_STREAM_CHANNEL', 'ports'],
  ['two streams have one number', () => client(ofType('stdin'), ofType('stdout')), 'ERR_STREAM_FRAME'],
  ['a stream has an even number', () => client(spoiled(frame => frame.writeUInt32BE(2, 8))), 'ERR_STREAM_FRAME'],
  ['a stream has number 0', () => client(spoiled(frame => frame.writeUInt32BE(0, 8))), 'ERR_STREAM_FRAME'],
  [
    'a stream has the reserved bit',
    () => client(spoiled(frame => frame.writeUInt32BE(0x8000_0001, 8))),
    'ERR_STREAM_FRAME',
  ],
  ['a stream belongs to another', () => client(spoiled(frame => frame.writeUInt32BE(1, 12))), 'ERR_STREAM_FRAME'],
  ['a stream is unidirectional', () => client(spoiled(frame => frame.writeUInt8(2, 4))), 'ERR_STREAM_FRAME'],
  ['the target opens a stream', async () => [['target', await ofType('stdout')]], 'ERR_STREAM_FRAME'],
  ['the client answers', async () => client(control(2, 0, numbers(1, 0))), 'ERR_STREAM_FRAME'],
  ['the target answers unasked', async () => [['target', control(2, 0, numbers(1, 0))]], 'ERR_STREAM_FRAME'],
  ['a stream is given up before it is opened', () => client(control(3, 0, numbers(1, 5))), 'ERR_STREAM_FRAME'],
  ['HEADERS come later', () => client(ofType('stdin'), control(8, 0, numbers(1, 0))), 'ERR_STREAM_FRAME'],
  ['CREDENTIAL comes', () => client(control(10, 0, numbers(1))), 'ERR_STREAM_FRAME'],
  ['type 0 comes', () => client(control(0, 0, numbers(1))), 'ERR_STREAM_FRAME'],
  ['a PING is longer than its number', () => client(control(6, 0, numbers(1, 2))), 'ERR_STREAM_FRAME'],
  ['a PING has flags', () => client(control(6, 1, numbers(1))), 'ERR_STREAM_FRAME'],
  ['RST_STREAM is longer than its members', () => client(control(3, 0, numbers(1, 5, 0))), 'ERR_STREAM_FRAME'],
  ['GOAWAY is shorter than its members', () => client(control(7, 0, numbers(1))), 'ERR_STREAM_FRAME'],
  ['WINDOW_UPDATE is empty', () => client(control(9, 0, Buffer.alloc(0))), 'ERR_STREAM_FRAME'],
  ['SETTINGS count more than they hold', () => client(control(4, 0, numbers(2, 4, 100))), 'ERR_STREAM_FRAME'],
  ['SETTINGS are over the cap', () => client(control(4, 0, Buffer.alloc(20_000))), 'ERR_STREAM_SIZE'],
  ['a stream has headers of no length', () => client(plain(Buffer.alloc(0))), 'ERR_STREAM_FRAME'],
  [
    'headers are not compressed',
    () => client(plain(Buffer.concat([headerBlock([]), numbers(0xffff)]))),
    'ERR_STREAM_HEADERS',
  ],
  [
    'headers are compressed with another dictionary',
    () => client(plain(Buffer.concat([deflateSync('x'), numbers(0xffff)]))),
    'ERR_STREAM_HEADERS',
  ],
  [
    'the compression of headers is not flushed',
    () => client(plain(deflateSync(headerBlock([['streamtype', 'stdin']]), { dictionary: spdyDictionary }))),
    'ERR_STREAM_HEADERS',
  ],
  [
    'headers decompress to megabytes',
    () => client(opens(['streamtype', 'stdin'], ['x', 'x'.repeat(2_000_000)])),
    'ERR_STREAM_SIZE',
  ],
  [
    'a stream has a hundred headers',
    () => client(opens(...Array.from({ length: 100 }, (_, n) => [`x${n}`, ''] as const))),
    'ERR_STREAM_SIZE',
  ],
  [
    'a header is given twice',
    () => client(opens(['streamtype', 'stdin'], ['streamtype', 'stdout'])),
    'ERR_STREAM_HEADERS',
  ],
  ['a header has capitals', () => client(opens(['streamType', 'stdin'])), 'ERR_STREAM_HEADERS'],
  ['a header has no name', () => client(opens(['', 'stdin'])), 'ERR_STREAM_HEADERS'],
  [
    'headers count more than there are',
    async () => client(plain(await compressed(numbers(2, 1, 0x61000000)))),
    'ERR_STREAM_HEADERS',
  ],
  [
    'something follows the headers',
    async () => client(plain(await compressed(Buffer.concat([headerBlock([]), numbers(0)])))),
    'ERR_STREAM_HEADERS',
  ],
  [
    'a second stream carries the same channel',
    async () => {
      const writer = createSpdyWriter()
      const twice = [await writer.open(1, [['streamtype', 'stdin']]), await writer.open(3, [['streamtype', 'stdin']])]
      writer.close()
      return client(...twice)
    },
    'ERR_STREAM_CHANNEL',
  ],
  [
    'more streams are open than any client needs',
    async () => {
      const writer = createSpdyWriter()
      const all: Buffer[] = []
      for (let n = 0; n < 1025; n += 1) all.push(await writer.open(2 * n + 1, [['streamtype', 'data']]))
      writer.close()
      return client(...all)
    },
    'ERR_STREAM_SIZE',
    'ports',
  ],
]

for (const [why, parts, code, use = 'terminal'] of cases)
  hostile(why, async () => {
    assert.is(await endsWith(listener => createSpdyObserver(use, listener), await parts(), code), undefined)
  })

for (const channel of ['stdin', 'resize'] as const)
  hostile(`a stream is of type ${channel}, which the call did not ask for`, async () => {
    const asked = channelsOf.terminal.filter(each => each !== channel)
    const parts = await client(ofType(channel))
    const create = (listener: Listener) => createSpdyObserver('terminal', listener, asked)
    assert.is(await endsWith(create, parts, 'ERR_STREAM_CHANNEL'), undefined)
  })

const ending = suite('a SPDY connection that is ended')
ending('says why on its error stream, once it is open, between frames, and not twice', async () => {
  const observer = createSpdyObserver('terminal', { bytes() {} })
  const why = () => observer.farewell?.(Buffer.from('why'))
  assert.is(why(), undefined)
  const parts = await execution()
  const [answer, farewell] = [parts.findIndex(([, bytes]) => bytes.includes('a file')), data(1, 'why', 1)]
  for (const [from, bytes] of parts.slice(0, answer)) await observer.observe(from, bytes)
  assert.equal(why(), farewell)
  await observer.observe('target', data(5, 'half a frame').subarray(0, 12))
  assert.is(why(), undefined)
  await observer.observe('target', data(5, 'half a frame').subarray(12))
  assert.equal(why(), farewell)
  await observer.observe('target', data(1, '{"status":"Success"}', 1))
  assert.is(why(), undefined)
  observer.close()
})

hostile.run()
ending.run()
