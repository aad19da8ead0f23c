import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PolicyError } from '../errors.ts'
import { changed, goodFiles } from './good-files.test-support.ts'
import { loadRepository } from './load.ts'

const origin = { commit: 'worktree' }
const load = suite('a repository is loaded')

load('when nothing is wrong with it', () => {
  assert.is(loadRepository(goodFiles(), origin).policies.length, 2)
})

for (const [why, path, change, code, place] of [
  ['a file', 'cedargate.yaml', (text: string) => `${text}x: 1\n`, 'ERR_REPOSITORY_SCHEMA', 'cedargate.yaml:3:1'],
  [
    'what a policy reads',
    'policies/backup.cedar',
    (text: string) => text.replace('resource);', 'resource)\nwhen { resource.colour == "red" };'),
    'ERR_POLICY_SCHEMA',
    'policies/backup.cedar:',
  ],
  [
    'an annotation that is not enforced',
    'policies/backup.cedar',
    (text: string) => `@budget("5")\n${text}`,
    'ERR_ANNOTATION_NOT_ENFORCED',
    'policies/backup.cedar:1:1',
  ],
] as const)
  load(`but not with a fault in ${why}`, () => {
    assert.throws(
      () => loadRepository(changed(path, change), origin),
      (error: unknown) => error instanceof PolicyError && error.code === code && error.message.startsWith(place),
    )
  })

load.run()
