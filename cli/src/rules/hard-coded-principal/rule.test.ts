import { ruleSuite } from '../../../test/rule-suite.ts'
import { hardCodedPrincipal } from './rule.ts'

const { finds, silent, run } = ruleSuite(hardCodedPrincipal)

finds(
  'an agent',
  `@id("a")
permit (principal == Gate::Agent::"nightly", action, resource);`,
  ['2:22'],
)
finds(
  'a user',
  `@id("a")
permit (principal == Gate::User::"dana", action, resource);`,
  ['2:22'],
)

silent('a role', `@id("a") permit (principal in Gate::Role::"backup", action, resource);`)
silent('a type in a role', `@id("a") permit (principal is Gate::Agent in Gate::Role::"backup", action, resource);`)
silent(
  'a forbid of one agent, which is how one is shut out',
  `@id("a") forbid (principal == Gate::Agent::"rogue", action, resource);`,
)

run()
