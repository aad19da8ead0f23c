import { ruleSuite } from '../../../test/rule-suite.ts'
import { mixedScriptOrBidi } from './rule.ts'

const { finds, silent, run } = ruleSuite(mixedScriptOrBidi)

finds(
  'a Cyrillic letter in a Latin word',
  `@id("a") permit (principal in Gate::Role::"b\u0430ckup", action, resource);`,
  ['1:44'],
)
finds(
  'a direction override in a comment',
  `// \u202eevil
@id("a") permit (principal, action, resource);`,
  ['1:4'],
)
finds(
  'a zero-width space in another file',
  `@id("a") permit (principal, action, resource);`,
  ['tests/a.test.yaml:2:4'],
  { files: { 'tests/a.test.yaml': 'one\ntwo\u200bthree\n' } },
)

silent(
  'a whole word of one other script',
  `// \u0431\u044d\u043a\u0430\u043f backup
@id("a") permit (principal, action, resource);`,
)
silent('accents', `@id("a") @reason("caf\u00e9") permit (principal, action, resource);`)
silent('a byte order mark at the start', `@id("a") permit (principal, action, resource);`, {
  files: { 'cedargate.yaml': '\ufeffname: x\n' },
})

run()
