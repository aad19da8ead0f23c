import { parentPort, workerData } from 'node:worker_threads'
import { indexPolicies, PolicyError, smokeRepository, verifyBundle } from '@cedargate/policy-schema'
import type { Task, Verdict } from './candidate.ts'

parentPort?.postMessage(judge(workerData as Task))

/** In a thread of its own, since a policy may be one on which Cedar breaks for good. */
function judge({ envelope, trust, now, seen }: Task): Verdict {
  try {
    const bundle = verifyBundle(envelope, trust, now, seen)
    const index = indexPolicies(bundle.repository)
    smokeRepository(bundle.repository, index)
    return { sound: true, bundle, index }
  } catch (error) {
    if (error instanceof PolicyError) return { sound: false, code: error.code, detail: error.message }
    throw error
  }
}
