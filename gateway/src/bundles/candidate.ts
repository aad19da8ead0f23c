import { Worker } from 'node:worker_threads'
import type { HighWaterMark, PolicyIndex, TrustRoot, VerifiedBundle } from '@cedargate/policy-schema'
import { beside } from '../core/beside.ts'
import { GatewayError } from '../core/errors.ts'

export type CandidateCode =
  /** The thread that tried the bundle died: something broke on its policies, or took too much memory. */
  'ERR_SMOKE_DIED' | 'ERR_SMOKE_DEADLINE' | 'ERR_SMOKE_ABORTED'

/** What the thread is given. */
export interface Task {
  readonly envelope: Uint8Array
  readonly trust: TrustRoot
  /** ms since the epoch */
  readonly now: number
  readonly seen?: HighWaterMark
}

/** What it answers: plain data, so a verified bundle comes over whole. */
export type Verdict =
  | { readonly sound: true; readonly bundle: VerifiedBundle; readonly index: PolicyIndex }
  | { readonly sound: false; readonly code: string; readonly detail: string }

export interface Limits {
  readonly deadlineMs: number
  readonly maxHeapMb: number
  readonly signal: AbortSignal
}

/**
 * Verifies a bundle and tries its policies, in a thread that is thrown away: seconds of work that no session waits for,
 * on policies that may break what evaluates them.
 *
 * @throws GatewayError with the code of what is wrong
 */
export async function judgeCandidate(task: Task, limits: Limits): Promise<Extract<Verdict, { readonly sound: true }>> {
  const verdict = await run(task, limits)
  if (!verdict.sound) throw new GatewayError(verdict.code, verdict.detail)
  return verdict
}

function run(task: Task, { deadlineMs, maxHeapMb, signal }: Limits): Promise<Verdict> {
  const worker = new Worker(script, {
    workerData: task,
    // The thread needs none of the gateway's secrets.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, stackSizeMb: 4 },
  })
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>()
  const fail = (code: CandidateCode, message: string, cause?: unknown) =>
    reject(new GatewayError<CandidateCode>(code, message, { cause }))
  const onAbort = () => fail('ERR_SMOKE_ABORTED', 'the gateway is closing')
  const deadline = setTimeout(
    () => fail('ERR_SMOKE_DEADLINE', `the bundle could not be tried within ${deadlineMs} ms`),
    deadlineMs,
  )
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  worker.once('message', resolve)
  worker.once('error', error => fail('ERR_SMOKE_DIED', `the bundle could not be tried: ${String(error)}`, error))
  worker.once('exit', code => fail('ERR_SMOKE_DIED', `the bundle could not be tried: its thread ended with ${code}`))
  return promise.finally(async () => {
    clearTimeout(deadline)
    signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  })
}

const script = beside(import.meta.url, 'candidate-worker')
