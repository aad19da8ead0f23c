import {
  type BundleManifest,
  checkTrust,
  compareOrder,
  type HighWaterMark,
  markOf,
  openBundle,
  PolicyError,
  type PolicyIndex,
  sha256,
  type TrustRoot,
  type VerifiedBundle,
  verifyCurrent,
  verifyOrder,
} from '@cedargate/policy-schema'
import { GatewayError } from '../core/errors.ts'
import { markKey, type Store } from '../store/store.ts'
import { type CandidateCode, judgeCandidate } from './candidate.ts'
import { Memory } from './memory.ts'
import { type BundleSource, listOffered, type Offered, readOffered } from './source.ts'
import { watchSource } from './watch.ts'

export type BundlesCode =
  | CandidateCode
  /** Another process raised the mark in between. */
  | 'ERR_BUNDLE_ORDER'
  /** Looking for bundles failed in a way that nobody foresaw; it is tried again. */
  | 'ERR_BUNDLES'

export interface BundlesOptions {
  readonly source: BundleSource
  readonly trust: TrustRoot
  readonly store: Pick<Store, 'highWaterMark' | 'raise'>
  /** ms since the epoch */
  readonly now: () => number
  /** The deployment's own conditions, asked last: throws where the bundle does not meet them. */
  readonly accept?: (bundle: VerifiedBundle) => void
  /** Every check is passed and the mark is raised: put it in force. */
  readonly onActivated: (bundle: VerifiedBundle, index: PolicyIndex, envelope: Uint8Array) => void
  /** Told once of each content. What is in force stays. */
  readonly onRefused: (code: string, detail: string, source: string) => void
  /** Where the file system tells of no change; 5,000 unless given. */
  readonly pollMs?: number
  /** How long a file that is not whole may be one that is being written; 1,000 unless given. */
  readonly settleMs?: number
  /** For one bundle to be verified and tried; 60,000 unless given. */
  readonly deadlineMs?: number
  /** For that, in MiB of heap; 1,024 unless given. */
  readonly maxHeapMb?: number
}

export interface Bundles {
  /** Looks for the first time, then watches. Resolves also where no valid bundle is there yet. */
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Brings the valid bundle of the highest order into force, and the next one when it comes.
 *
 * @throws PolicyError `ERR_KEY`, `ERR_BUNDLE_TRUST` where no bundle could ever be trusted
 */
export function createBundles(options: BundlesOptions): Bundles {
  const { source, trust, store, now, accept, onActivated, pollMs = 5000, settleMs = 1000 } = options
  const { deadlineMs = 60_000, maxHeapMb = 1024 } = options
  checkTrust(trust)
  const key = markKey(trust)
  const place = 'file' in source ? source.file : source.folder
  const memory = new Memory(settleMs, options.onRefused)
  const closing = new AbortController()
  let inForce: HighWaterMark | undefined
  let started = false
  let running: Promise<void> | undefined
  let again = false
  let next: NodeJS.Timeout | undefined
  let stopWatching: (() => void) | undefined

  async function look(): Promise<void> {
    const offered = await list()
    if (offered === undefined) return
    memory.keepOnly(offered)
    const opened: Opened[] = []
    for (const offer of offered.filter(offer => memory.isOpen(offer))) {
      const bundle = await openOffered(offer)
      if (bundle !== undefined) opened.push(bundle)
    }
    opened.sort((a, b) => compareOrder(b.manifest, a.manifest))
    let older = false
    for (const offer of opened) {
      const refusal = await take(offer)
      if (closing.signal.aborted) return
      // Older ones that lie in a folder from the start belong there; one that arrives later does not.
      const expected = refusal?.code === 'ERR_BUNDLE_ORDER' && !started && (older || inForce !== undefined)
      if (refusal === undefined || expected) memory.settle(offer)
      else memory.refuse(offer, refusal, offer.content)
      older ||= refusal?.code === 'ERR_BUNDLE_ORDER'
    }
  }

  async function list(): Promise<readonly Offered[] | undefined> {
    try {
      return await listOffered(source)
    } catch (error) {
      memory.sourceFailed(place, coded(error))
      return undefined
    }
  }

  async function openOffered(offer: Offered): Promise<Opened | undefined> {
    let content: string | undefined
    try {
      const envelope = await readOffered(offer)
      content = sha256(envelope)
      return { ...offer, content, manifest: openBundle(envelope, trust).manifest }
    } catch (error) {
      memory.refuse(offer, coded(error), content)
      return undefined
    }
  }

  /** Brings a bundle into force, or says why not. */
  async function take(offer: Opened): Promise<Refusal | undefined> {
    const { manifest } = offer
    try {
      if (inForce !== undefined) verifyOrder(markOf(manifest), inForce)
      if (inForce !== undefined && compareOrder(manifest, inForce) === 0) return undefined
      const seen = await store.highWaterMark(key)
      verifyCurrent(manifest, now(), seen)
      // Read again, and judged by what is read now: not every bundle of a folder has to stay in memory.
      const task = { envelope: await readOffered(offer), trust, now: now(), ...(seen && { seen }) }
      const { bundle, index } = await judgeCandidate(task, { deadlineMs, maxHeapMb, signal: closing.signal })
      accept?.(bundle)
      const mark = markOf(bundle.manifest)
      if (!(await store.raise(key, mark)))
        throw new GatewayError<BundlesCode>('ERR_BUNDLE_ORDER', 'a newer bundle was in force in the meantime')
      onActivated(bundle, index, task.envelope)
      inForce = mark
      return undefined
    } catch (error) {
      return coded(error)
    }
  }

  /** One look at a time; what changes during one is looked at after it. */
  function request(): Promise<void> {
    if (running !== undefined) {
      again = true
      return running
    }
    again = false
    running = look().finally(() => {
      running = undefined
      clearTimeout(next)
      if (closing.signal.aborted) return
      if (again) next = setTimeout(background, 0)
      else if (memory.isUnsettled) next = setTimeout(background, settleMs)
    })
    return running
  }

  function background(): void {
    request().catch((error: unknown) => memory.lookFailed(place, asError(error)))
  }

  return {
    async start() {
      stopWatching = watchSource(source, background, () => running ?? background(), pollMs)
      await request()
      started = true
    },
    async close() {
      closing.abort()
      stopWatching?.()
      await running?.catch((error: unknown) => memory.lookFailed(place, asError(error)))
      clearTimeout(next)
    },
  }
}

/** A bundle whose signatures hold. */
interface Opened extends Offered {
  readonly manifest: BundleManifest
  /** Digest of the file. */
  readonly content: string
}

interface Refusal {
  readonly code: string
  readonly message: string
}

function coded(error: unknown): Refusal {
  if (error instanceof PolicyError || error instanceof GatewayError) return error
  throw error
}

function asError(error: unknown): GatewayError<BundlesCode> {
  const message = error instanceof Error ? error.message : String(error)
  return new GatewayError('ERR_BUNDLES', `looking for bundles failed: ${message}`, { cause: error })
}
