import { ruleSuite } from '../../../test/rule-suite.ts'
import { temporaryGrantWithoutDate } from './rule.ts'

const { finds, silent, run } = ruleSuite(temporaryGrantWithoutDate)

finds(
  'a temporary id',
  `@id("temporary-read")
permit (principal, action, resource);`,
  ['1:1'],
)
finds(
  'a reason that speaks of an end',
  `@id("a")
@reason("until the move is done")
permit (principal, action, resource) when { context has task };`,
  ['1:1'],
)

silent(
  'a temporary one that ends',
  `@id("temporary-read") permit (principal, action, resource) when { context.now < datetime("2027-01-01") };`,
)
silent('a word that only looks like it', `@id("temperature-read") permit (principal, action, resource);`)
silent('a temporary forbid', `@id("temporary-freeze") forbid (principal, action, resource);`)

run()
