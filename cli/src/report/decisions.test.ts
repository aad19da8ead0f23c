import type { Operation } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operationWords } from './decisions.ts'

const words = suite('an operation in one line')
for (const [why, operation, said] of [
  ['is its statement', { protocol: 'postgres', kind: 'query', sql: 'SELECT\n  1', catalog: {} }, 'query: SELECT 1'],
  ['says that there is none', { protocol: 'postgres', kind: 'parse', sql: '', catalog: {} }, 'parse: (empty)'],
  ['or the database', { protocol: 'postgres', kind: 'connect', database: 'orders' }, 'connect: orders'],
  ['or the function', { protocol: 'postgres', kind: 'functionCall', function: 'f(int4)' }, 'functionCall: f(int4)'],
  ['is its call', { protocol: 'kubernetes', kind: 'request', method: 'GET', path: '/api', query: [] }, 'GET /api'],
  [
    'is what stands there where no protocol of ours is',
    { protocol: 'smtp', kind: 'mail' },
    '{"protocol":"smtp","kind":"mail"}',
  ],
  ['nor one that it can be', { protocol: 'kubernetes', kind: 'x' }, '{"protocol":"kubernetes","kind":"x"}'],
] as const)
  words(why, () => assert.is(operationWords(operation as unknown as Operation), said))
words.run()
