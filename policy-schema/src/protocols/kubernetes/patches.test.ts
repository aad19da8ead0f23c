import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { jsonPatch, mergePatch } from './patches.ts'

/** RFC 7386, appendix A. */
const merge = suite('a merge patch')
for (const [target, patch, result] of [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
] as const)
  merge(`${JSON.stringify(patch)} on ${JSON.stringify(target)}`, () => assert.equal(mergePatch(target, patch), result))
merge('of `__proto__` is one of a member', () => {
  const patched = mergePatch({}, JSON.parse('{"__proto__":{"a":1}}')) as { a?: number }
  assert.is(patched.a, undefined)
  assert.is(JSON.stringify(patched), '{"__proto__":{"a":1}}')
})
merge.run()

/** RFC 6902, appendix A, and what it leaves open. */
const patches = suite('a JSON patch')
for (const [what, target, patch, result] of [
  ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
  [
    'adds an element',
    { foo: ['bar', 'baz'] },
    [{ op: 'add', path: '/foo/1', value: 'qux' }],
    { foo: ['bar', 'qux', 'baz'] },
  ],
  ['removes a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  ['removes an element', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
  ['replaces', { baz: 'qux', foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { foo: 'bar', baz: 'boo' }],
  [
    'moves a member',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'moves an element',
    { foo: ['all', 'grass', 'cows', 'eat'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ],
  [
    'tests',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  [
    'adds an object',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { g: {} } }],
    { foo: 'bar', child: { g: {} } },
  ],
  [
    'ignores what it does not know',
    { foo: 'bar' },
    [{ op: 'add', path: '/baz', value: 1, xyz: 2 }],
    { foo: 'bar', baz: 1 },
  ],
  ['unescapes', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  ['appends', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
  ['copies', { a: [1], b: 0 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
  ['moves to where it is', { a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
  ['replaces all', { a: 1 }, [{ op: 'replace', path: '', value: [] }], []],
  ['of nothing', { a: 1 }, [], { a: 1 }],
  ['that fails a test', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }], undefined],
  ['that tests a number for a text', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: '10' }], undefined],
  ['into what is not there', { foo: 'bar' }, [{ op: 'add', path: '/baz/bat', value: 1 }], undefined],
  ['that removes what is not there', { a: 1 }, [{ op: 'remove', path: '/b' }], undefined],
  ['that replaces what is not there', { a: 1 }, [{ op: 'replace', path: '/b', value: 1 }], undefined],
  ['that replaces by nothing', { a: 1 }, [{ op: 'replace', path: '/a' }], undefined],
  ['beyond the end', { a: [1] }, [{ op: 'add', path: '/a/2', value: 1 }], undefined],
  ['from the end', { a: [1] }, [{ op: 'remove', path: '/a/-1' }], undefined],
  ['with a leading zero', { a: [1, 2] }, [{ op: 'remove', path: '/a/01' }], undefined],
  ['that moves a thing into itself', { a: { b: {} } }, [{ op: 'move', from: '/a', path: '/a/b/c' }], undefined],
  ['that moves a thing into itself by an empty name', { a: {} }, [{ op: 'move', from: '', path: '/a/b' }], undefined],
  ['with a broken escape', { '~2': 1 }, [{ op: 'remove', path: '/~2' }], undefined],
  ['with a path that is none', { a: 1 }, [{ op: 'remove', path: 'a' }], undefined],
  ['with no path', { a: 1 }, [{ op: 'remove' }], undefined],
  ['of an unknown kind', { a: 1 }, [{ op: 'merge', path: '/a', value: 1 }], undefined],
  ['in another case', { a: 1 }, [{ op: 'Remove', path: '/a' }], undefined],
  ['that is no list', { a: 1 }, { op: 'remove', path: '/a' }, undefined],
  ['whose step is none', { a: 1 }, [null], undefined],
  [
    'of five hundred and one steps',
    { a: 1 },
    Array.from({ length: 501 }, () => ({ op: 'test', path: '/a', value: 1 })),
    undefined,
  ],
  ['through what every object has', {}, [{ op: 'add', path: '/constructor/prototype/x', value: 1 }], undefined],
] as const)
  patches(what, () => assert.equal(jsonPatch(target, patch)?.value, result))
patches('of a target leaves it as it was', () => {
  const target = Object.freeze({ a: Object.freeze([1]) })
  assert.equal(jsonPatch(target, [{ op: 'add', path: '/a/-', value: 2 }])?.value, { a: [1, 2] })
})
patches.run()
