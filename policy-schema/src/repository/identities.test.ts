import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { grantedRoles } from './identities.ts'
import type { Issuer } from './types.ts'

const issuer: Issuer = {
  name: 'development',
  issuer: 'https://issuer.example',
  audience: 'cedargate',
  keys: [],
  principal: 'agent',
  grants: [
    { when: { sub: 'nightly-backup' }, roles: ['backup', 'reporting'] },
    { when: { sub: ['deployer', 'releaser'], environment: 'prod' }, roles: ['migration'] },
    { when: { groups: ['dba', 'sre'] }, roles: ['reporting', 'break-glass'] },
    { when: {}, roles: ['everyone'] },
  ],
}

const granted = suite('roles are granted')

for (const [what, claims, roles] of [
  ['by an equal claim', { sub: 'nightly-backup' }, ['backup', 'reporting']],
  ['by one of a list, with all else that is asked', { sub: 'releaser', environment: 'prod' }, ['migration']],
  ['by a member of a claim that is a list', { groups: ['x', 'sre'] }, ['break-glass', 'reporting']],
  ['by several grants, each once', { sub: 'nightly-backup', groups: 'dba' }, ['backup', 'break-glass', 'reporting']],
  ['not where one of two claims is missing', { sub: 'deployer' }, []],
  ['not by another case', { sub: 'Nightly-Backup' }, []],
  ['not by what begins alike', { sub: 'nightly-backup-2' }, []],
  ['not by a claim of another type', { sub: { toString: () => 'nightly-backup' } }, []],
  ['not by nested lists', { groups: [['sre']] }, []],
  ['not by an inherited claim', Object.create({ sub: 'nightly-backup' }), []],
  ['not by a grant that asks nothing', {}, []],
] as const)
  granted(what, () => assert.equal(grantedRoles(issuer, claims), roles))

granted.run()
