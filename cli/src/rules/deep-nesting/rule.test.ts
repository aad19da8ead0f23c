import { ruleSuite } from '../../../test/rule-suite.ts'
import { deepNesting } from './rule.ts'

const { finds, silent, run } = ruleSuite(deepNesting)

finds(
  'an expression inside thirty others',
  `@id("a")
permit (principal, action, resource)
when { !((if !((if !((if !((if !((if !((if !((if !((if !((if !((if !((if !((if !((if !((if !((if context has task then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) then true else context has approval)) };`,
  ['3:1'],
)
finds(
  'four where three are too many',
  `@id("a")
permit (principal, action, resource)
when { !((if !((if context has task then true else context has approval)) then true else context has approval)) };`,
  ['3:1'],
  { options: { most: 3 } },
)

silent(
  'a few',
  `@id("a") permit (principal, action, resource) when { !((if !((if !((if context has task then true else context has approval)) then true else context has approval)) then true else context has approval)) };`,
)
silent(
  'a long chain, which is not deep',
  `@id("a") permit (principal, action, resource) when { context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task && context has task };`,
)

run()
