import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { outermost, Reader } from './reader.ts'
import { commandOf, readStatement, statements } from './statements.ts'

const table = suite('the table of statements')
for (const [node, reader] of Object.entries(statements)) {
  if (typeof reader === 'string') {
    table(`denies ${node}, and says why`, () => {
      const refused = new Reader()
      readStatement(refused, node as 'DoStmt', {}, outermost)
      assert.is(refused.refused?.reason, 'unmapped')
      assert.is(refused.refused?.detail, `\`${commandOf(node)}\`: ${reader}`)
    })
  } else {
    table(`survives ${node} without a field`, () => {
      assert.type(reader(new Reader(), {} as never, outermost).command, 'string')
    })
  }
}
table('denies a node that it does not hold', () => {
  for (const node of ['NewStmt', 'constructor', 'A_Expr', 'ReturnStmt']) {
    const refused = new Reader()
    readStatement(refused, node as 'DoStmt', {}, outermost)
    assert.is(refused.refused?.reason, 'unmapped')
  }
})
table('names a node as its command', () => assert.is(commandOf('AlterEventTrigStmt'), 'ALTER EVENT TRIG'))
table.run()
