import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maxBodyBytes, readBody, writeBody } from './body.ts'
import { pinned } from './pin.ts'
import { requestInfo } from './request-info.ts'

const bytes = (text: string) => Buffer.from(text)
const json = 'application/json'
const yaml = 'application/yaml'
const value = (text: string, type: string) => {
  const read = readBody(bytes(text), type)
  return typeof read === 'string' ? read : read.decoded?.value
}

const refused = suite('a body is refused that has')
for (const [what, text, type, why] of [
  ['no JSON', '{', json, /not JSON/],
  ['a million objects', `[${'{},'.repeat(1_000_000)}{}]`, json, /more than 200000/],
  ['a megabyte of YAML', '- a\n'.repeat(300_000), yaml, /YAML of more than 524288/],
  ['YAML where it says JSON', 'a: 1', json, /not JSON/],
  ['a byte order mark', '\ufeff{}', json, /not JSON/],
  ['a key twice', '{"spec":{"replicas":1,"replicas":9}}', json, /`replicas` is given twice/],
  ['a key twice in two spellings', '{"a":1,"\\u0061":2}', json, /`a` is given twice/],
  ['a key twice with something between', '{"a":{"b":[1,{"a":2}]},"c":"}{","a":1}', json, /`a` is given twice/],
  ['a key twice in a patch', '[{"op":"add","op":"remove"}]', 'application/json-patch+json', /`op` is given twice/],
  ['half of a surrogate pair', '{"a":"\\ud800"}', json, /surrogate/],
  ['half of a pair in a key', '{"\\udc00":1}', json, /surrogate/],
  ['a number that no double holds', '{"a":9007199254740993}', json, /too large/],
  ['an endless number', '{"a":1e400}', json, /too large/],
  ['a tower of lists', '['.repeat(101) + ']'.repeat(101), json, /deeper than 100/],
  ['a tower of mappings', `${'{a: '.repeat(101)}1${'}'.repeat(101)}`, yaml, /nesting/],
  ['an alias', 'a: &a 1\nb: *a', yaml, /alias/],
  ['a bomb of aliases', 'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]', yaml, /alias/],
  ['an anchor alone', 'a: &a 1', yaml, /alias/],
  ['a tag', 'a: !!int "1"', yaml, /tag/],
  ['a directive', '%YAML 1.1\n---\na: 1', yaml, /directive|not YAML/],
  ['a merge key', '<<: {a: 1}', yaml, /two ways/],
  ['a yes', 'hostNetwork: yes', yaml, /`yes` is read in two ways/],
  ['an octal number', 'replicas: 010', yaml, /`010` is read in two ways/],
  ['a number with gaps', 'replicas: 1_0', yaml, /two ways/],
  ['a number that is none', 'a: .nan', yaml, /too large/],
  ['two documents', 'a: 1\n---\na: 2', yaml, /one YAML document/],
  ['no document', '# nothing', yaml, /one YAML document/],
  ['a key twice', 'a: 1\n"a": 2', yaml, /duplicated/],
  ['a key twice in an apply', 'a: 1\na: 2', 'application/apply-patch+yaml', /duplicated/],
] as const)
  refused(`${what} (${type})`, () => assert.match(value(text, type) as string, why))
refused('bytes that are no UTF-8', () =>
  assert.match(readBody(Buffer.from([0x22, 0xc0, 0x80, 0x22]), json) as string, /UTF-8/),
)
refused('too many of them', () => assert.match(readBody(Buffer.alloc(maxBodyBytes + 1), json) as string, /longer/))
refused.run()

const read = suite('a body is read')
read('as JSON, whatever is in its strings', () => {
  const text = '{"a":["\\\\\\"{[",-1.5e3,true,null],"\\u00e9 \\"":{"__proto__":{}}}'
  assert.equal(JSON.stringify(value(text, 'Application/JSON; charset=utf-8')), JSON.stringify(JSON.parse(text)))
  assert.equal(value('{}', ''), {})
})
read('as YAML', () => {
  const long = 'x'.repeat(1_000_000)
  assert.equal(value(JSON.stringify({ long }), yaml), { long })
  assert.equal(value('a: {b: [1, "yes", true]}\nc: 80:80', yaml), { a: { b: [1, 'yes', true] }, c: '80:80' })
  assert.equal(value('{"a":"\\/"}', 'application/apply-patch+yaml'), { a: '/' })
})
read('as what it is sent for', () => {
  const form = (type: string) => {
    const found = readBody(bytes('{}'), type)
    return typeof found === 'string' ? found : found.decoded?.form
  }
  assert.is(form('application/merge-patch+json'), 'merge-patch')
  assert.is(form('application/strategic-merge-patch+json'), 'strategic-merge-patch')
  assert.is(form('application/apply-patch+yaml'), 'apply-patch')
})
read('not at all where it is unknown or empty', () => {
  for (const type of ['text/plain', 'constructor', 'application/vnd.kubernetes.protobufs'])
    assert.is(value('{"a":1,"a":2}', type), undefined)
  assert.is(value('', json), undefined)
})
read('and written again as what was read', () => {
  assert.is(
    Buffer.from(writeBody({ form: 'object', value: value('a: "x"\nb: [1]', yaml) })).toString(),
    '{"a":"x","b":[1]}',
  )
})
read('and without what ends a line in YAML, also within quotes', () => {
  const of = 'a\u0085b\u2028c\u2029d\ufeffe\u007ff\u009fé\u{1f600}'
  const written = Buffer.from(writeBody({ form: 'apply-patch', value: { [of]: of } })).toString()
  const escaped = 'a\\u0085b\\u2028c\\u2029d\\ufeffe\\u007ff\\u009fé\u{1f600}'
  assert.is(written, `{"${escaped}":"${escaped}"}`)
  assert.equal(value(written, json), { [of]: of })
  assert.equal(value(written, yaml), { [of]: of })
})
read.run()

const recorded = suite('of a body is recorded')
const content = (object: unknown, type = json, path = '/api/v1/namespaces/shop/configmaps') => {
  const found = readBody(bytes(JSON.stringify(object)), type, requestInfo({ method: 'POST', path, query: [] }))
  return typeof found === 'string' ? found : found.body.content
}
recorded('its length, its digest and what it says', () => {
  const text = '{"kind":"ConfigMap"}'
  assert.equal(readBody(bytes(text), json), {
    body: {
      ...{ contentType: json, bytes: 20, content: { kind: 'ConfigMap' } },
      digest: '9f611dd1eda4df64199b2c282aa07c439782eee0894b3f28619680127d24a60d',
    },
    decoded: { form: 'object', value: { kind: 'ConfigMap' } },
  })
})
recorded('not what it says where that is long', () => {
  assert.is(content({ data: { a: 'x'.repeat(64 * 1024) } }), undefined)
  assert.ok(content({ data: { a: 'x'.repeat(60 * 1024) } }))
  const secret = (bytes: number) => content({ kind: 'Secret', data: { a: 'x'.repeat(bytes) } })
  assert.equal([secret(200 * 1024), secret(256 * 1024)], [{ kind: 'Secret', data: { a: null } }, undefined])
})
const secrets = '/api/v1/namespaces/shop/secrets'
const inAnnotation = { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hush' } } }
for (const [where, object, type, path] of [
  ['a Secret', { kind: 'Secret', data: { a: 'hush' }, stringData: { b: 'hush' } }, json, undefined],
  ['a Secret that does not say so', { data: { a: 'hush' } }, json, secrets],
  ['a patch of one', { data: { a: 'hush' } }, 'application/merge-patch+json', `${secrets}/a`],
  [
    'a JSON patch of one',
    [{ op: 'add', path: '/data/a', value: 'hush' }],
    'application/json-patch+json',
    `${secrets}/a`,
  ],
  ['a List', { kind: 'List', items: [{ kind: 'Secret', data: { a: 'hush' } }] }, json, undefined],
  ['a Secret in another case', { Kind: 'secret', Data: { a: 'hush' } }, json, undefined],
  ['what was applied before', { kind: 'ConfigMap', ...inAnnotation }, json, undefined],
  ['a Secret whose data is a text', { kind: 'Secret', data: 'hush' }, json, undefined],
  ['a review of a token', { kind: 'TokenReview', spec: { token: 'hush' } }, json, undefined],
  ['a review that does not say so', { spec: { token: 'hush' } }, json, '/apis/authentication.k8s.io/v1/tokenreviews'],
] as const)
  recorded(`nothing that ${where} holds`, () => {
    const kept = JSON.stringify(content(object, type, path))
    assert.ok(kept.length > 2)
    assert.not.ok(kept.includes('hush'), kept)
  })
recorded('what variables hold', () => {
  const pod = { kind: 'Pod', spec: { containers: [{ env: [{ name: 'A', value: 'b' }] }] } }
  assert.equal(content(pod), pod)
})
recorded.run()

const pins = suite('a call is pinned to a version')
for (const form of ['object', 'merge-patch', 'strategic-merge-patch', 'apply-patch'] as const)
  pins(`as ${form}`, () => {
    assert.equal(pinned({ form, value: { spec: {}, metadata: { name: 'a' } } }, { resourceVersion: '7' }), {
      form,
      value: { spec: {}, metadata: { name: 'a', resourceVersion: '7' } },
    })
    assert.equal(pinned({ form, value: {} }, { resourceVersion: '7' }), {
      form,
      value: { metadata: { resourceVersion: '7' } },
    })
  })
pins('and to an object, where it would make another', () => {
  const uidOf = (form: 'object' | 'apply-patch' | 'merge-patch' | 'strategic-merge-patch') => {
    const pin = pinned({ form, value: {} }, { resourceVersion: '7', uid: 'u' })
    return typeof pin === 'string' ? pin : (pin.value as { readonly metadata: { readonly uid?: string } }).metadata.uid
  }
  assert.is(uidOf('object'), 'u')
  assert.is(uidOf('apply-patch'), 'u')
  assert.is(uidOf('merge-patch'), undefined)
  assert.is(uidOf('strategic-merge-patch'), undefined)
  const other = { metadata: { uid: 'v' } }
  assert.is(
    pinned({ form: 'object', value: other }, { resourceVersion: '7', uid: 'u' }),
    'it is made for another object',
  )
})
pins('as JSON patch', () => {
  const step = { op: 'remove', path: '/spec' }
  assert.equal(pinned({ form: 'json-patch', value: [step] }, { resourceVersion: '7' }), {
    form: 'json-patch',
    value: [{ op: 'test', path: '/metadata/resourceVersion', value: '7' }, step],
  })
})
for (const [why, value] of [
  ['it is no object', []],
  ['it is no object', null],
  ['it takes away `metadata`', { metadata: null }],
  ['`metadata` is no object', { metadata: [] }],
  ['`Metadata` could be read as `metadata`', { Metadata: {} }],
  ['`metadata.resourceversion` could be read as `resourceVersion`', { metadata: { resourceversion: '8' } }],
  ['it is made for another version of the object', { metadata: { resourceVersion: '8' } }],
] as const)
  pins(`not where ${why} (${JSON.stringify(value)})`, () =>
    assert.is(pinned({ form: 'merge-patch', value }, { resourceVersion: '7' }), why),
  )
pins.run()
