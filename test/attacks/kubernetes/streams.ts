/** What is tried once a connection has been upgraded. */
import {
  control,
  type createSpdyWriter,
  data,
  headerBlock,
  numbers,
} from '../../../gateway/src/protocols/kubernetes/streams/spdy.test-support.ts'
import {
  type FrameShape,
  frame,
  message,
} from '../../../gateway/src/protocols/kubernetes/streams/websocket.test-support.ts'
import type { Kind } from './upgraded.ts'

type Writer = ReturnType<typeof createSpdyWriter>
export type Frames = readonly Buffer[] | ((spdy: Writer) => Promise<readonly Buffer[]>)
/** `status`: of the result that is on record. */
export type StreamAttack = readonly [what: string, kind: Kind, frames: Frames, status: string]

const say = (text: string, shape?: FrameShape) => message('client', 0, text, shape)
const send = (payload: string | readonly number[], shape?: FrameShape) => frame('client', payload, shape)
const times = (count: number, bytes: Buffer) => [Buffer.concat(Array.from({ length: count }, () => bytes))]
/** In a terminal the streams are 1 error, 3 stdin, 5 stdout, 7 stderr. */
const [stdin, next] = [3, 9]

export const webSockets: readonly StreamAttack[] = [
  ['a frame that is not masked', 'v5', [say('x', { masked: false })], 'ERR_STREAM_FRAME'],
  ['a frame that claims to be compressed', 'v5', [say('x', { reserved: 0x40 })], 'ERR_STREAM_FRAME'],
  ['a reserved bit in v4', 'v4', [say('x', { reserved: 0x10 })], 'ERR_STREAM_FRAME'],
  ['an opcode that no data has', 'v5', [send([0, 120], { opcode: 5 })], 'ERR_STREAM_FRAME'],
  ['an opcode that no control has', 'v5', [send('', { opcode: 15 })], 'ERR_STREAM_FRAME'],
  ['a ping over 125 bytes', 'v5', [send('x'.repeat(126), { opcode: 9 })], 'ERR_STREAM_FRAME'],
  ['a close in pieces', 'v5', [send([3, 232], { opcode: 8, more: true })], 'ERR_STREAM_FRAME'],
  ['a frame that continues nothing', 'v5', [send([0, 120], { opcode: 0 })], 'ERR_STREAM_FRAME'],
  ['a message in pieces, which servers take for two', 'v5', [say('x', { more: true })], 'ERR_STREAM_FRAME'],
  ['a message in pieces of v4', 'v4', [say('x', { more: true })], 'ERR_STREAM_FRAME'],
  ['a length in more bytes than it needs', 'v5', [say('x', { lengthBytes: 8 })], 'ERR_STREAM_FRAME'],
  ['a frame of gigabytes', 'v5', [Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4])], 'ERR_STREAM_SIZE'],
  ['a channel that no call has', 'v5', [message('client', 9, 'x')], 'ERR_STREAM_CHANNEL'],
  ['output from the client', 'v5', [message('client', 1, 'x')], 'ERR_STREAM_CHANNEL'],
  ['how it ended, from the client', 'v4', [message('client', 3, '{"status":"Success"}')], 'ERR_STREAM_CHANNEL'],
  ['words after the close', 'v5', [send([3, 232], { opcode: 8 }), say('x')], 'ERR_STREAM_FRAME'],
  ['the end of stdin in v4, which has none', 'v4', [send([255, 0])], 'ERR_STREAM_CHANNEL'],
  ['the end of stdout', 'v5', [send([255, 1])], 'ERR_STREAM_CHANNEL'],
  ['stdin after its end', 'v5', [send([255, 0]), say('x')], 'ERR_STREAM_CHANNEL'],
  ['a size of the terminal without end', 'v5', [message('client', 4, 'x'.repeat(5000))], 'aborted'],
  ['HTTP', 'v5', [Buffer.from('GET /api/v1/secrets HTTP/1.1\r\nHost: api\r\n\r\n')], 'ERR_STREAM_FRAME'],
  ['ten thousand pings', 'v5', times(10_000, send('x', { opcode: 9 })), 'aborted'],
  ['ten thousand frames of nothing', 'v5', times(10_000, send('')), 'aborted'],
]

export const spdy: readonly StreamAttack[] = [
  ['HTTP', 'spdy', [Buffer.from('GET /api/v1/secrets HTTP/1.1\r\nHost: api\r\n\r\n')], 'ERR_STREAM_FRAME'],
  ['SPDY/2', 'spdy', [Buffer.from([0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1])], 'ERR_STREAM_FRAME'],
  ['data on a stream that nobody opened', 'spdy', [data(99, 'x')], 'ERR_STREAM_FRAME'],
  ['data on stdout', 'spdy', [data(5, 'x')], 'ERR_STREAM_CHANNEL'],
  ['data that claims to be compressed', 'spdy', [data(stdin, 'x', 2)], 'ERR_STREAM_FRAME'],
  ['data after the end', 'spdy', [data(stdin, '', 1), data(stdin, 'x')], 'ERR_STREAM_FRAME'],
  ['data after GOAWAY', 'spdy', [control(7, 0, numbers(0, 0)), data(stdin, 'x')], 'ERR_STREAM_FRAME'],
  [
    'data on a stream that it gave up',
    'spdy',
    [control(3, 0, numbers(stdin, 5)), data(stdin, 'x')],
    'ERR_STREAM_FRAME',
  ],
  ['SETTINGS over the cap', 'spdy', [control(4, 0, Buffer.alloc(17_000))], 'ERR_STREAM_SIZE'],
  ['HEADERS', 'spdy', [control(8, 0, numbers(stdin, 0))], 'ERR_STREAM_FRAME'],
  ['PING of two numbers', 'spdy', [control(6, 0, numbers(1, 2))], 'ERR_STREAM_FRAME'],
  ['an answer to itself', 'spdy', [control(2, 0, numbers(stdin, 0))], 'ERR_STREAM_FRAME'],
  [
    'a stream of the same number',
    'spdy',
    async ({ open }) => [await open(stdin, [['streamtype', 'resize']])],
    'ERR_STREAM_FRAME',
  ],
  [
    'a stream of a smaller number',
    'spdy',
    async ({ open }) => [await open(1, [['streamtype', 'resize']])],
    'ERR_STREAM_FRAME',
  ],
  [
    'a stream of an even number',
    'spdy',
    async ({ open }) => [await open(10, [['streamtype', 'resize']])],
    'ERR_STREAM_FRAME',
  ],
  ['a second stdin', 'spdy', async ({ open }) => [await open(next, [['streamtype', 'stdin']])], 'ERR_STREAM_CHANNEL'],
  [
    'a terminal that it has not asked for',
    'spdy',
    async ({ open }) => [await open(next, [['streamtype', 'resize']])],
    'ERR_STREAM_CHANNEL',
  ],
  [
    'a stream of two types',
    'spdy',
    async ({ open }) => [await open(next, [['streamtype', 'stdin\0resize']])],
    'ERR_STREAM_CHANNEL',
  ],
  [
    'headers that are not compressed',
    'spdy',
    [control(1, 0, Buffer.concat([numbers(next, 0), Buffer.alloc(2), headerBlock([]), numbers(0xffff)]))],
    'ERR_STREAM_HEADERS',
  ],
  [
    'headers that decompress to megabytes',
    'spdy',
    async ({ open }) => [await open(next, [['x', 'x'.repeat(4_000_000)]])],
    'ERR_STREAM_SIZE',
  ],
  [
    'ten thousand PINGs',
    'spdy',
    [Buffer.concat(Array.from({ length: 10_000 }, (_, n) => control(6, 0, numbers(2 * n + 1))))],
    'aborted',
  ],
  ['ten thousand SETTINGS', 'spdy', times(10_000, control(4, 0, numbers(1, 4, 100))), 'aborted'],
  ['ten thousand RST_STREAMs', 'spdy', times(10_000, control(3, 0, numbers(5, 5))), 'aborted'],
]
