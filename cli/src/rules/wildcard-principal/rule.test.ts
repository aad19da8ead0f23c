import { ruleSuite } from '../../../test/rule-suite.ts'
import { wildcardPrincipal } from './rule.ts'

const { finds, silent, run } = ruleSuite(wildcardPrincipal)

finds(
  'a permit for anyone',
  `@id("a")
permit (principal, action, resource);`,
  ['2:9'],
)
finds(
  'a permit for any agent',
  `@id("a")
permit (principal is Gate::Agent, action, resource) when { context has task };`,
  ['2:9'],
)

silent('a role', `@id("a") permit (principal in Gate::Role::"backup", action, resource);`)
silent(
  'a role in a condition',
  `@id("a") permit (principal, action, resource) when { principal in Gate::Role::"backup" };`,
)
silent(
  'an owner in a condition',
  `@id("a") permit (principal is Gate::Agent, action, resource) when { principal has owner };`,
)
silent('a forbid for anyone', `@id("a") forbid (principal, action, resource);`)

run()
