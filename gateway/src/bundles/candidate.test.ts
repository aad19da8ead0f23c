import type { TrustRoot } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { judgeCandidate, type Limits, type Task } from './candidate.ts'
import { commitOf, signBundle, signForged, start, trust } from './sign-bundle.test-support.ts'

const limits: Limits = { deadlineMs: 60_000, maxHeapMb: 512, signal: new AbortController().signal }
const task = (envelope: string, changes: Partial<Task> = {}): Task => ({
  envelope: Buffer.from(envelope),
  trust,
  now: start,
  ...changes,
})

const candidate = suite('a candidate')

candidate('comes back verified and indexed', async () => {
  const { bundle, index } = await judgeCandidate(task(signBundle(3)), limits)
  assert.is(bundle.manifest.commit, commitOf(3))
  assert.is(bundle.repository.files.get('targets.yaml'), 'targets: {}\n')
  assert.is(bundle.repository.targets.size, 0)
  assert.is(index.digest, bundle.repository.digest)
  assert.equal(
    index.policies.map(({ id }) => id),
    ['commit-3'],
  )
})

for (const [why, make, changes, code] of [
  ['does not verify', () => task(signBundle(3).replace('"keyid":"sha256:', '"keyid":"sha256:0')), {}, 'ERR_BUNDLE_KEY'],
  ['holds what does not load', () => task(signForged(3, 'targets.yaml', '[')), {}, 'ERR_YAML_SYNTAX'],
  ['breaks the thread', () => task(signBundle(3), { trust: null as unknown as TrustRoot }), {}, 'ERR_SMOKE_DIED'],
  ['takes longer than it may', () => task(signBundle(3)), { deadlineMs: 1 }, 'ERR_SMOKE_DEADLINE'],
  ['is no longer wanted', () => task(signBundle(3)), { signal: AbortSignal.abort() }, 'ERR_SMOKE_ABORTED'],
] as const)
  candidate(`is refused that ${why}`, async () => {
    const error: unknown = await judgeCandidate(make(), { ...limits, ...changes }).then(
      () => 'it was taken',
      (error: unknown) => error,
    )
    assert.ok(hasCode(code)(error), String(error))
  })

candidate.run()
