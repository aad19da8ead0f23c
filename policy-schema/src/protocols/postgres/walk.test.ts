import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maxTreeDepth, outermost, Reader } from './reader.ts'
import { shapes } from './shapes.ts'
import { walk, walkAs } from './walk.ts'

const walking = suite('the walk')
for (const [what, node, detail] of [
  ['a node that it does not name', { PLAssignStmt: {} }, '`PLAssignStmt` is not mapped'],
  ['a node that only analysis makes', { FuncExpr: {} }, '`FuncExpr` is not mapped'],
  ['a node of a later grammar', { NewExpr: {} }, '`NewExpr` is not mapped'],
  ['a node named like a method', { constructor: {} }, '`constructor` is not mapped'],
  ['a field of a later grammar', { NullTest: { arg: {}, new_field: 1 } }, '`new_field` of the syntax node `NullTest`'],
  ['a field that only analysis fills', { BoolExpr: { xpr: {} } }, '`xpr` of the syntax node `BoolExpr`'],
  ['a field named like a method', { NullTest: { toString: 1 } }, '`toString` of the syntax node `NullTest`'],
  ['a statement inside of an expression', { List: { items: [{ DoStmt: {} }] } }, '`DoStmt` is not mapped'],
] as const) {
  walking(`denies ${what}`, () => {
    const reader = new Reader()
    walk(reader, node as never, outermost)
    assert.is(reader.refused?.reason, 'unmapped')
    assert.ok(reader.refused?.detail.includes(detail), reader.refused?.detail)
  })
}
for (const kind of Object.keys(shapes)) {
  walking(`survives ${kind} without a field`, () => walkAs(new Reader(), kind as 'List', {}, outermost))
}
walking('denies what is too deep', () => {
  let node: object = { A_Star: {} }
  for (let level = 0; level <= maxTreeDepth; level++) node = { List: { items: [node] } }
  const reader = new Reader()
  walk(reader, node as never, outermost)
  assert.is(reader.refused?.reason, 'too_large')
})
walking.run()
