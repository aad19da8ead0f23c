import { ruleSuite } from '../../../test/rule-suite.ts'
import { permitOnlyUnless } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitOnlyUnless)

finds(
  'a permit with an exception alone',
  `@id("a")
permit (principal, action, resource)
unless { context has task };`,
  ['3:1'],
)

silent(
  'a condition and an exception',
  `@id("a") permit (principal, action, resource) when { context has task } unless { context has approval };`,
)
silent('a forbid with an exception', `@id("a") forbid (principal, action, resource) unless { context has task };`)
silent('no condition at all', `@id("a") permit (principal, action, resource);`)

run()
