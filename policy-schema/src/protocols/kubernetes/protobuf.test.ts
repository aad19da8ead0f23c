import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readBody, writeBody } from './body.ts'
import { isDryDelete } from './delete-options.ts'
import { pinned } from './pin.ts'
import { field, magic, number, protobuf, typeMeta, varint, written } from './protobuf.test-support.ts'
import { readProtobuf } from './protobuf-body.ts'
import { protobufKinds } from './protobuf-kinds.ts'
import { readObject } from './readings.ts'

const type = 'application/vnd.kubernetes.protobuf'
const decodedOf = (bytes: Uint8Array) => {
  const read = readBody(bytes, type)
  return typeof read === 'string' ? undefined : read.decoded
}

const objects = suite('as Kubernetes writes it, protobuf')
for (const { object, protobuf } of written) {
  const bytes = Buffer.from(protobuf, 'base64')
  const { apiVersion, kind, metadata } = object
  objects(`of a ${kind} of ${apiVersion} is read as its JSON: ${metadata.name}`, () => {
    const read = decodedOf(bytes)?.value
    assert.equal(readObject(read), readObject(object))
    assertWithin(read, object, kind)
    assert.is((read as typeof object).metadata.resourceVersion, metadata.resourceVersion)
  })
  objects(`of a ${kind} of ${apiVersion} is tied to a version: ${metadata.name}`, () => {
    const decoded = decodedOf(bytes)
    const pin = decoded && pinned(decoded, { resourceVersion: metadata.resourceVersion, uid: metadata.uid })
    assert.not.type(pin, 'string')
    if (typeof pin !== 'object') return
    assert.equal(decodedOf(writeBody(pin))?.value, decoded?.value)
  })
}
objects('is there of every kind that is decoded', () => {
  const kinds = Object.entries(protobufKinds).flatMap(([version, of]) =>
    Object.keys(of).map(kind => `${version} ${kind}`),
  )
  const seen = new Set(written.map(({ object }) => `${object.apiVersion} ${object.kind}`))
  // gone before the version that wrote them
  const gone = ['v1 EphemeralContainers', 'batch/v2alpha1 CronJob']
  assert.equal([...seen, ...gone].sort(), kinds.sort())
})
objects('holds all that is looked at, and so does what is decoded of it', () => {
  const [looked, decoded] = [new Set<string>(), new Set<string>()]
  for (const { object, protobuf } of written) {
    assert.not.type(readObject(watched(object, place => looked.add(place))), 'string')
    for (const place of placesOf(decodedOf(Buffer.from(protobuf, 'base64'))?.value)) decoded.add(place)
  }
  // where no API has one
  decoded.add('.spec.securityContext.procMount')
  assert.equal([...looked.difference(decoded)], [], 'next: put it into protobuf-kinds.ts and protobuf-objects.jsonl')
  assert.ok(looked.size > 100, `${looked.size}`)
})
objects('of which the metadata alone is decoded has nothing else that is looked at', () => {
  for (const [apiVersion, kinds] of Object.entries(protobufKinds))
    for (const [kind, message] of Object.entries(kinds))
      if (Object.keys(message).join() === '1')
        assert.equal(readObject({ apiVersion, kind }), {}, `${apiVersion} ${kind}`)
})
objects.run()

/** Whatever was decoded stands in the JSON, or is what JSON leaves out. */
function assertWithin(read: unknown, json: unknown, at: string): void {
  if (Array.isArray(read)) {
    assert.is(read.length, (json as readonly unknown[]).length, at)
    for (const [index, each] of read.entries())
      assertWithin(each, (json as readonly unknown[])[index], `${at}[${index}]`)
  } else if (typeof read === 'object' && read !== null) {
    for (const [key, value] of Object.entries(read))
      assertWithin(value, (json as { readonly [key: string]: unknown })?.[key], `${at}.${key}`)
  } else if (json !== undefined || !['', 0, false].includes(read as string)) assert.is(read, json, at)
}

/** Says of whatever is looked at in an object, there or not, where it stands. */
function watched(value: unknown, on: (place: string) => void, at = ''): unknown {
  if (Array.isArray(value)) return value.map(each => watched(each, on, `${at}[]`))
  if (typeof value !== 'object' || value === null) return value
  return new Proxy(value as { readonly [key: string | symbol]: unknown }, {
    get: (of, key) => {
      on(placeOf(at, key))
      return watched(of[key], on, placeOf(at, key))
    },
    getOwnPropertyDescriptor: (of, key) => {
      if (!Object.hasOwn(of, key)) on(placeOf(at, key))
      return Reflect.getOwnPropertyDescriptor(of, key)
    },
  })
}

function placesOf(value: unknown, at = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(each => placesOf(each, `${at}[]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [placeOf(at, key), ...placesOf(each, placeOf(at, key))])
}

/** A pod's is the same wherever the pod stands. */
function placeOf(at: string, key: string | symbol): string {
  return `${at}.${String(key)}`.replace(/^\.(spec\.jobTemplate\.)?(spec\.)?template\./, '.')
}

const image = (name: string) => field(2, name)
const container = (...fields: readonly Buffer[]) => field(2, ...fields)
const pod = (...fields: readonly Buffer[]) => protobuf('v1', 'Pod', field(2, ...fields))
const deployment = (...fields: readonly Buffer[]) => protobuf('apps/v1', 'Deployment', field(2, ...fields))
const body = (...fields: readonly Buffer[]) => Buffer.concat([magic, ...fields])
const good = container(image('good'))
const evil = container(image('evil'))
const note = (key: string, value: string) => field(12, field(1, key), field(2, value))
const many = (each: Buffer) => Buffer.concat(Array<Buffer>(100_001).fill(each))
const asV1Pod = typeMeta('v1', 'Pod')

const refused = suite('protobuf is not decoded')
for (const [why, bytes, says] of [
  ['without its first bytes', Buffer.from('{"kind":"Pod"}'), /does not begin/],
  ['with others', Buffer.concat([Buffer.from('k8s\x01'), asV1Pod, field(2)]), /does not begin/],
  ['where it is shorter than those', Buffer.from('k8'), /does not begin/],
  ['where it is nothing more', body(), /does not say/],
  ['without an object', body(asV1Pod), /does not say/],
  ['without a type', body(field(2, good)), /does not say/],
  ['without a version', body(field(1, field(2, 'Pod')), field(2, good)), /does not say/],
  ['without a kind', body(field(1, field(1, 'v1')), field(2, good)), /does not say/],
  ['of a kind of no table', protobuf('v1', 'Binding'), /not decoded/],
  ['of a kind that objects have', protobuf('v1', 'constructor'), /not decoded/],
  ['of a version that objects have', protobuf('__proto__', 'toString'), /not decoded/],
  ['of a group in another case', protobuf('Apps/v1', 'Deployment'), /not decoded/],
  ['with another encoding', body(asV1Pod, field(2, field(2, good)), field(3, 'gzip')), /another way/],
  ['with JSON in it', body(asV1Pod, field(2, '{"spec":{}}'), field(4, 'application/json')), /another way/],
  ['with JSON in it that does not say so', body(asV1Pod, field(2, '{"spec":{}}')), /wire type 3/],
  ['with YAML in it', body(asV1Pod, field(2, 'kind: Pod\nspec: {}\n')), /wire type 3/],
  ['with another envelope in it', body(asV1Pod, field(2, pod(good))), /wire type 3/],

  ['with two objects', body(asV1Pod, field(2, field(2, good)), field(2, field(2, evil))), /2 is there twice/],
  ['with two types', body(asV1Pod, typeMeta('v1', 'Secret'), field(2)), /1 is there twice/],
  ['with two kinds', body(field(1, field(1, 'v1'), field(2, 'Pod'), field(2, 'Secret')), field(2)), /2 is there twice/],
  ['with two specs, which Go merges', protobuf('v1', 'Pod', field(2, good), field(2, evil)), /2 is there twice/],
  ['with two templates', deployment(field(3), field(3, field(2, evil))), /3 is there twice/],
  ['with two images', pod(container(image('good'), image('evil'))), /2 is there twice/],
  ['with two numbers of replicas', deployment(number(1, 1), number(1, 100)), /1 is there twice/],
  ['with two metadata', protobuf('v1', 'Pod', field(1, field(6, '1')), field(1, field(6, '2'))), /1 is there twice/],
  ['with two versions', protobuf('v1', 'Pod', field(1, field(6, '1'), field(6, '2'))), /6 is there twice/],
  [
    'with two values of an annotation',
    protobuf('v1', 'Pod', field(1, note('a', 'x'), note('a', 'y'))),
    /a key of `annotations` is there twice/,
  ],
  [
    'with two keys of one',
    protobuf('v1', 'Pod', field(1, field(12, field(1, 'a'), field(1, 'b')))),
    /1 is there twice/,
  ],
  ['with two sources of a volume', pod(field(1, field(2), field(2, field(1)))), /2 is there twice/],

  ['where a tag breaks off', body(asV1Pod, field(2, Buffer.from([0x92]))), /breaks off/],
  ['where a length breaks off', body(asV1Pod, field(2, Buffer.from([0x12, 0x80]))), /breaks off/],
  ['where a length is missing', body(asV1Pod, field(2, Buffer.from([0x12]))), /breaks off/],
  ['where a text breaks off', body(asV1Pod, field(2, Buffer.from([0x12, 5, 1]))), /breaks off/],
  ['where a fixed number breaks off', pod(Buffer.from([0x7d, 1, 2, 3])), /breaks off/],
  ['where a message ends within another', body(asV1Pod, Buffer.from([0x12, 4, 0x12, 9, 1, 2])), /breaks off/],
  ['with a negative length', pod(Buffer.concat([Buffer.from([0x12]), varint(-1)])), /breaks off/],
  ['with a length of 2⁶³', pod(Buffer.concat([Buffer.from([0x12]), varint(2n ** 63n)])), /breaks off/],
  ['with a length that Go cuts to 32 bits', pod(Buffer.from([0x12]), varint(2n ** 32n), good), /breaks off/],
  ['with a tag in more bytes than it needs', pod(Buffer.from([0x92, 0x00, 0])), /longer than it must be/],
  ['with a length in more bytes than it needs', pod(Buffer.from([0x12, 0x80, 0x00])), /longer than it must be/],
  ['with a number of eleven bytes', pod(Buffer.from([0x58, ...Array(10).fill(0xff), 1])), /longer than it must be/],
  ['with a field 0', pod(Buffer.from([0x02, 0])), /none may have/],
  ['with a field that Go takes for another', pod(varint((2n ** 32n + 2n) * 8n + 2n), varint(0)), /none may have/],
  ['with a field of a number without end', pod(varint(2n ** 64n - 6n), varint(0)), /none may have/],
  ['with a group around a spec', protobuf('v1', 'Pod', Buffer.from([0x13]), good, Buffer.from([0x14])), /wire type 3/],
  ['with the end of a group', pod(Buffer.from([0x14])), /wire type 4/],
  ['with a wire type that is none', pod(Buffer.from([0x16])), /wire type 6/],
  ['with another one', pod(Buffer.from([0x17])), /wire type 7/],

  ['where a text is a number', pod(container(number(2, 1))), /another type/],
  ['where a text is a fixed number', pod(container(Buffer.from([0x15, 1, 2, 3, 4]))), /another type/],
  ['where a message is a number', pod(number(2, 1)), /another type/],
  [
    'where a message within is a fixed number',
    pod(field(1, Buffer.from([0x11, 1, 2, 3, 4, 5, 6, 7, 8]))),
    /another type/,
  ],
  ['where a boolean is a text', pod(field(11, 'true')), /no boolean/],
  ['where a boolean is two', pod(number(11, 2)), /no boolean/],
  ['where a boolean is 2⁶⁴-1', pod(number(11, -1)), /no boolean/],
  ['where a number is a text', deployment(field(1, '1')), /no number/],
  ['where a number is negative', deployment(number(1, -1)), /no number/],
  ['where a number is one that Go cuts to 32 bits', deployment(number(1, 2n ** 32n + 1n)), /no number/],
  ['where a number is one that Go makes negative', deployment(number(1, 2n ** 31n)), /no number/],
  ['where a text is not UTF-8', pod(container(field(2, Buffer.from([0xc0, 0x80])))), /not UTF-8/],
  ['where a text has half of a surrogate pair', pod(container(field(2, Buffer.from([0xed, 0xa0, 0x80])))), /not UTF-8/],
  ['with more fields than any object', pod(many(number(38, 1))), /more than 100000 fields/],
  ['with more containers than any pod', pod(many(container())), /more than 100000 fields/],
] as const)
  refused(why, () => {
    assert.match(readProtobuf(bytes) as string, says)
    const read = readBody(bytes, type)
    assert.not.type(read, 'string')
    assert.is(decodedOf(bytes), undefined)
  })
refused.run()

const passed = suite('in protobuf')
passed('what a newer version has more is passed over, whatever it is', () => {
  const more = [number(500, 7), number(501, -7), field(502, 'x'), Buffer.from([0xbd, 0x1f, 1, 2, 3, 4])]
  const eight = Buffer.from([0xb9, 0x1f, 1, 2, 3, 4, 5, 6, 7, 8])
  const bytes = pod(...more, container(image('good'), eight, ...more), eight, field(503, Buffer.from([0x0b, 0xff])))
  assert.equal(decodedOf(bytes)?.value, { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ image: 'good' }] } })
})
passed('the greatest number of replicas, none and none said are three things', () => {
  const replicas = (...of: readonly Buffer[]) => {
    const reading = readObject(decodedOf(deployment(...of))?.value)
    return typeof reading === 'string' ? reading : reading.replicas
  }
  assert.is(replicas(number(1, 2 ** 31 - 1)), 2 ** 31 - 1)
  assert.is(replicas(number(1, 0)), 0)
  assert.is(replicas(), 1)
})
passed('debugging containers of old servers are read', () => {
  const debug = field(2, field(1, image('evil.example/x'), field(15, number(2, 1))), field(2, 'main'))
  const reading = readObject(decodedOf(protobuf('v1', 'EphemeralContainers', debug))?.value)
  if (typeof reading === 'string') throw new Error(reading)
  assert.equal([reading.workload?.images, reading.workload?.privileged], [['evil.example/x'], true])
})
for (const [what, group, base64, dry] of [
  ['a trial of one', 'v1', 'azhzAAoTCgJ2MRINRGVsZXRlT3B0aW9ucxIcCB4SBwoFdWlkLTEiCkJhY2tncm91bmQqA0FsbBoAIgA=', true],
  ['none', 'apps/v1', 'azhzAAoYCgdhcHBzL3YxEg1EZWxldGVPcHRpb25zEgIIABoAIgA=', false],
] as const)
  passed(`options of a DELETE, of whatever group, say that it is ${what}`, () => {
    const options = decodedOf(Buffer.from(base64, 'base64'))?.value as { readonly apiVersion: string }
    assert.equal([options.apiVersion, isDryDelete(options)], [group, dry])
  })
passed('owners are seen, of a kind of which no more is read too, and nothing that it holds', () => {
  const secret = protobuf(
    'v1',
    'Secret',
    field(1, field(13, field(1, 'Pod'))),
    field(2, field(1, 'a'), field(2, 'hush')),
  )
  assert.equal(decodedOf(secret)?.value, { apiVersion: 'v1', kind: 'Secret', metadata: { ownerReferences: [{}] } })
})
passed('a byte order mark is a part of its text', () => {
  const reading = readObject(decodedOf(pod(container(image('\ufeffbusybox'))))?.value)
  assert.equal(typeof reading === 'string' ? reading : reading.workload?.images, ['\ufeffbusybox'])
})
passed('nothing is kept as the content of the record', () => {
  const read = readBody(pod(good), type)
  assert.is(typeof read === 'string' || 'content' in read.body, false)
})
passed.run()

const pins = suite('protobuf is tied to a version')
const other = field(11, field(1, 'label'), field(2, 'x'))
for (const [where, metadata] of [
  ['there is no metadata', []],
  ['it names none', [field(1, other)]],
  ['its version is empty, as Go writes it', [field(1, field(6), other)]],
  ['it is that one', [field(1, other, field(6, '7'))]],
] as const)
  pins(`where ${where}`, () => {
    const decoded = decodedOf(protobuf('v1', 'Pod', ...metadata, field(2, good)))
    const pin = decoded && pinned(decoded, { resourceVersion: '7' })
    assert.not.type(pin, 'string')
    if (typeof pin !== 'object') return
    const meta = field(1, ...(metadata.length === 0 ? [] : [other]), field(6, '7'))
    const rest = [typeMeta('v1', 'Pod'), field(3), field(4)]
    assert.equal(Buffer.from(writeBody(pin)), body(...rest, field(2, field(2, good), meta)))
    assert.equal(decodedOf(writeBody(pin))?.value, pin.value)
  })
pins('not where it is made for another', () => {
  const decoded = decodedOf(protobuf('v1', 'Pod', field(1, field(6, '8'))))
  assert.is(decoded && pinned(decoded, { resourceVersion: '7' }), 'it is made for another version of the object')
})
pins.run()
