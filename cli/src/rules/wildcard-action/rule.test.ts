import { ruleSuite } from '../../../test/rule-suite.ts'
import { wildcardAction } from './rule.ts'

const { finds, silent, run } = ruleSuite(wildcardAction)

finds(
  'a permit of any action',
  `@id("a")
@reason("any action")
permit (principal in Gate::Role::"backup", action, resource);`,
  ['3:44'],
)

silent('one action', `@id("a") permit (principal, action == Postgres::Action::"select", resource);`)
silent('a group', `@id("a") permit (principal, action in Postgres::Action::"read", resource);`)
silent('a list', `@id("a") permit (principal, action in [Postgres::Action::"select"], resource);`)
silent('a forbid of any action', `@id("a") forbid (principal, action, resource);`)

run()
