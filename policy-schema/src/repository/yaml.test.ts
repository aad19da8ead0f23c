import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Path, readYaml, type YamlDocument } from './yaml.ts'

function read(text: string): YamlDocument {
  const document = readYaml(text, 'x.yaml')
  if ('code' in document) throw new Error(`${document.code} ${document.message}`)
  return document
}

const refused = suite('YAML is refused with')

for (const [what, text, code, place] of [
  ['a list that does not end', 'a: 1\nb: [1\n', 'ERR_YAML_SYNTAX', [3, 1]],
  ['a tab for indentation', 'a:\n\tb: 1\n', 'ERR_YAML_SYNTAX', [2, 1]],
  ['a tag that constructs', 'a: !!js/function x\n', 'ERR_YAML_SYNTAX', [1, 4]],
  ['a key that is no scalar', 'a: 1\n{b: 1}: 2\n', 'ERR_YAML_SYNTAX', [1, 1]],
  ['a control character', 'a: "\u0007"\n', 'ERR_YAML_SYNTAX', [1, 5]],
  ['a second document', 'a: 1\n---\nb: 2\n', 'ERR_YAML_SYNTAX', [3, 1]],
  ['a key twice', 'a:\n  b: 1\n  c: 2\n  b: 3\n', 'ERR_YAML_DUPLICATE_KEY', [4, 3]],
  ['a key twice, quoted once', '{1: a, "1": b}', 'ERR_YAML_DUPLICATE_KEY', [1, 9]],
  ['an alias', 'a: &x [1]\nb: *x\n', 'ERR_YAML_ALIAS', [2, 5]],
  ['a bomb of aliases', 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n', 'ERR_YAML_ALIAS', [2, 9]],
  ['a merge of an alias', 'a: &x {b: 1}\nc:\n  <<: *x\n', 'ERR_YAML_ALIAS', [3, 8]],
  ['values that nest too deep', `a: ${'['.repeat(100)}${']'.repeat(100)}`, 'ERR_YAML_TOO_DEEP', [1, 27]],
] as const)
  refused(what, () => {
    const finding = readYaml(text, 'x.yaml')
    if (!('code' in finding)) throw new Error('it was read')
    assert.is(finding.code, code)
    assert.is(finding.severity, 'error')
    assert.is(finding.file, 'x.yaml')
    assert.equal([finding.line, finding.column], place)
  })

refused('no time for a megabyte of brackets', () => {
  const finding = readYaml('['.repeat(1024 * 1024), 'x.yaml')
  assert.is('code' in finding && finding.code, 'ERR_YAML_TOO_DEEP')
})

refused.run()

const values = suite('a YAML value')

for (const [what, text, value] of [
  ['is a string where it looks like a date', 'a: 2026-01-01', { a: '2026-01-01' }],
  ['is a string where YAML 1.1 had a boolean', 'a: [yes, no, on, off]', { a: ['yes', 'no', 'on', 'off'] }],
  ['is not merged', '<<: {a: 1}', { '<<': { a: 1 } }],
  ['may be missing', '', null],
  ['may be all comment', '# nothing\n', null],
  ['may stand behind a document marker', '---\na: 1\n', { a: 1 }],
] as const)
  values(what, () => assert.equal(read(text).value, value))

values('under `__proto__` is a member like any other', () => {
  const { value } = read('__proto__: {admin: true}\n')
  assert.ok(Object.hasOwn(value as object, '__proto__'))
  assert.is((value as { admin?: boolean }).admin, undefined)
})

values.run()

const text = `# comment
targets:
  "orders db": # a quoted key
    tags: {env: prod, region: "eu"}
    list:
    - one
    - - two
      - 2
    text: |
      first
      second
  'ünïcode': ~
? complex
: value
`
const places = suite('a finding stands')

const cases: readonly (readonly [string, Path, 'key' | 'value', readonly [number, number, number]])[] = [
  ['at the file', [], 'value', [2, 1, 1]],
  ['at a key', ['targets'], 'key', [2, 1, 7]],
  ['at a quoted key', ['targets', 'orders db'], 'key', [3, 4, 9]],
  ['at a mapping in one line', ['targets', 'orders db', 'tags'], 'value', [4, 11, 1]],
  ['at a value in one line', ['targets', 'orders db', 'tags', 'region'], 'value', [4, 32, 2]],
  ['at a key in one line', ['targets', 'orders db', 'tags', 'region'], 'key', [4, 23, 6]],
  ['at an item', ['targets', 'orders db', 'list', 0], 'value', [6, 7, 3]],
  ['at an item of an item', ['targets', 'orders db', 'list', 1, 1], 'value', [8, 9, 1]],
  ['at a block of text', ['targets', 'orders db', 'text'], 'value', [10, 1, 11]],
  ['at an explicit key', ['complex'], 'key', [13, 3, 7]],
  ['at an explicit value', ['complex'], 'value', [14, 3, 5]],
  ['at what holds a missing value', ['targets', 'orders db', 'host', 'name'], 'key', [3, 4, 9]],
]
for (const [what, path, at, expected] of cases)
  places(what, () => {
    const { line, column, length } = read(text).report('X', 'x', path, { at })
    assert.equal([line, column, length], expected)
  })

places('counted in UTF-16 units', () => {
  const { line, column } = read('"🙂": {a: 1}').report('X', 'x', ['🙂', 'a'])
  assert.equal([line, column], [1, 11])
})

places.run()
