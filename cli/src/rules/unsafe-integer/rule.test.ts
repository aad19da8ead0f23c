import { ruleSuite } from '../../../test/rule-suite.ts'
import { unsafeInteger } from './rule.ts'

const { finds, silent, run } = ruleSuite(unsafeInteger)

finds(
  '2^53 + 1',
  `@id("a")
permit (principal, action == Postgres::Action::"insert", resource)
when { context.statement has limit && context.statement.limit < 9007199254740993 };`,
  ['3:65'],
)

silent(
  '2^53 - 1',
  `@id("a") permit (principal, action == Postgres::Action::"insert", resource) when { context.statement has limit && context.statement.limit < 9007199254740991 };`,
)
silent(
  'digits in a text',
  `@id("a") permit (principal, action, resource) when { context.session.id == "9007199254740993" };`,
)

run()
