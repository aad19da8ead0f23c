import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { StatementNode } from './nodes.ts'
import { outermost, Reader } from './reader.ts'
import { commandOf, readStatement, statements } from './statements.ts'

const table = suite('the table of statements')
for (const node of Object.keys(statements) as StatementNode[]) {
  table(`survives ${node} without a field`, () => {
    assert.type(readStatement(new Reader(), node, {}, outermost).command, 'string')
  })
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
