import { ruleSuite } from '../../../test/rule-suite.ts'
import { missingReason } from './rule.ts'

const { finds, silent, run } = ruleSuite(missingReason)

finds('a forbid', `@id("a") forbid (principal, action, resource);`, ['1:1'])
finds('a permit by approval', `@id("a") @approvers("dba") permit (principal, action, resource);`, ['1:1'])

silent('a forbid that says why', `@id("a") @reason("frozen, next: wait") forbid (principal, action, resource);`)
silent('a plain permit', `@id("a") permit (principal, action, resource);`)

run()
