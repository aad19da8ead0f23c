import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readBody, writeBody } from './body.ts'
import { toRequests } from './mapping.ts'
import { methods } from './operation.ts'
import { jsonPatch, mergePatch } from './patches.ts'
import { readTarget, writeTarget } from './path.ts'
import { pinned } from './pin.ts'
import { varint, written } from './protobuf.test-support.ts'
import { readObject } from './readings.ts'
import { requestInfo } from './request-info.ts'

const target = { name: 'prod', protocol: 'kubernetes', tags: [], settings: { server: 'https://k', roles: {} } } as const

/** A small generator with a seed, so that a failure can be run again (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
const next = seeded(20_261_124)
const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T
const some = <T>(most: number, of: readonly T[]): readonly T[] =>
  Array.from({ length: Math.floor(next() * most) }, () => one(of))

const pieces = [
  ...[
    'api',
    'apis',
    'v1',
    'apps',
    'watch',
    'proxy',
    'namespaces',
    'shop',
    'status',
    'finalize',
    'pods',
    'exec',
    'scale',
  ],
  ...['%65xec', '%2e', '%252e', '..', '.', '', '%2F', '%00', '%c0%af', ';', '+', '%25', '%', 'é', '#', '\\'],
]
const pairs = [
  ...['watch', 'watch=0', 'watch=1', 'dryRun=All', 'dryRun=', 'force', 'command=a+b', 'command=%26', 'a;b', '%', '='],
  ...['fieldSelector=metadata.name=a', 'fieldSelector=a%5C,metadata.name%3D%3Db', 'fieldSelector=!=', '%77atch=1'],
]
const fragments = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"\\u0061"',
    '"kind"',
    '"Pod"',
    '"spec"',
    '"Spec"',
    '"replicas"',
    'null',
    'true',
  ],
  ...[
    '1',
    '1.5',
    '1e400',
    '9007199254740993',
    '"\\ud800"',
    '"__proto__"',
    '"containers"',
    '"op"',
    '"add"',
    '"path"',
    '"/a/-"',
  ],
  ...['\n', '- ', 'a: ', '&a ', '*a', '!!str ', '---\n', '? ', '| ', 'yes', '010', '<<: '],
]

const test = suite('whatever is sent')

test('a path has one meaning, before and after it is written anew', () => {
  let read = 0
  for (let round = 0; round < 20_000; round++) {
    const query = some(4, pairs).join('&')
    const text = `/${some(9, pieces).join('/')}${query === '' ? '' : `?${query}`}`
    const found = readTarget(text)
    if (typeof found === 'string') continue
    read++
    const again = readTarget(writeTarget(found))
    assert.equal(again, found, text)
    const operation = { protocol: 'kubernetes', kind: 'request', method: one(methods), ...found, catalog: {} } as const
    assert.ok(toRequests(operation, target))
  }
  assert.ok(read > 1000, `${read} read`)
})

test('a line that no gateway wrote is refused, and not thrown at', () => {
  const operation = { protocol: 'kubernetes', kind: 'request', method: 'GET', query: [], catalog: {} } as const
  for (const path of ['/api/v1/%zz/pods', '/%', '/api/v1/pods/%ff', ''])
    assert.ok(toRequests({ ...operation, path }, target), path)
})

test('a body that is read is read alike when it is written anew', () => {
  let read = 0
  const info = requestInfo({ method: 'POST', path: '/api/v1/namespaces/shop/pods', query: [] })
  for (let round = 0; round < 20_000; round++) {
    const text = some(10, fragments).join('')
    for (const type of ['application/json', 'application/yaml']) {
      const found = readBody(Buffer.from(text), type, info)
      if (typeof found === 'string' || found.decoded === undefined) continue
      read++
      const { value } = found.decoded
      const again = readBody(writeBody(found.decoded), type, info)
      assert.equal(typeof again === 'string' ? again : again.decoded?.value, value, text)
      readObject(value, info?.isResource ? info : undefined)
      mergePatch({ a: [1] }, value)
      jsonPatch({ a: [1] }, value)
    }
  }
  assert.ok(read > 1000, `${read} read`)
})

/** One or a few bytes lost, changed, repeated or put in, a number among them or a piece of another body. */
function spoiled(bytes: Buffer): Buffer {
  const at = Math.floor(next() * bytes.length)
  const length = Math.ceil(next() * 9)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  const spoil: readonly (() => readonly Buffer[])[] = [
    () => [before, after.subarray(length)],
    () => [before, Buffer.of(next() * 256), after.subarray(1)],
    () => [before, Buffer.of((bytes[at] ?? 0) ^ (1 << (next() * 8))), after.subarray(1)],
    () => [before, after.subarray(0, length), after],
    () => [before, varint(Math.floor(next() * 2 ** (next() * 53))), after],
    () => [before, Buffer.from(one(written).protobuf, 'base64').subarray(at, at + length), after.subarray(length)],
  ]
  return Buffer.concat(one(spoil)())
}

test('protobuf is not decoded, or reads alike with a version written into it', () => {
  const type = 'application/vnd.kubernetes.protobuf'
  let [read, refused] = [0, 0]
  for (let round = 0; round < 20_000; round++) {
    const bytes = spoiled(Buffer.from(one(written).protobuf, 'base64'))
    const found = readBody(bytes, type)
    assert.not.type(found, 'string')
    if (typeof found === 'string' || found.decoded === undefined) {
      refused++
      continue
    }
    read++
    assert.equal(writeBody(found.decoded), bytes)
    readObject(found.decoded.value)
    const { resourceVersion = '' } =
      (found.decoded.value as { readonly metadata?: { resourceVersion?: string } }).metadata ?? {}
    const pin = pinned(found.decoded, { resourceVersion: resourceVersion || '7' })
    assert.not.type(pin, 'string')
    if (typeof pin === 'string') continue
    const again = readBody(writeBody(pin), type)
    assert.equal(typeof again === 'string' ? again : again.decoded?.value, pin.value, bytes.toString('base64'))
  }
  assert.ok(read > 1000 && refused > 1000, `${read} read, ${refused} refused`)
})

test.run()
