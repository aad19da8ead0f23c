import type { Offered } from './source.ts'

interface Refusal {
  readonly code: string
  readonly message: string
}

/** Whether a file is looked at again: never, at every look, or soon, since it may be in the middle of being written. */
type State = 'settled' | 'waiting' | 'unsettled'

/** What a file looks like that is being written. */
const unfinished = new Set(['ERR_BUNDLE_SOURCE', 'ERR_BUNDLE_JSON'])

/** What may pass by itself. */
const passing = new Set(['ERR_BUNDLE_SOURCE', 'ERR_BUNDLE_FUTURE', 'ERR_STORE_UNAVAILABLE', 'ERR_SMOKE_DEADLINE'])

const maxTold = 1000
/** Of what is said of a file, which may quote it. */
const maxDetail = 1000

/** What became of each file, so that one is judged once for each of its contents, and complained of once. */
export class Memory {
  readonly #settleMs: number
  readonly #onRefused: (code: string, detail: string, source: string) => void
  readonly #files = new Map<string, { readonly stamp: string; readonly state: State; readonly since: number }>()
  readonly #told = new Set<string>()

  constructor(settleMs: number, onRefused: (code: string, detail: string, source: string) => void) {
    this.#settleMs = settleMs
    this.#onRefused = onRefused
  }

  get isUnsettled(): boolean {
    return this.#files.values().some(({ state }) => state === 'unsettled')
  }

  isOpen({ path, stamp }: Offered): boolean {
    const known = this.#files.get(path)
    return known?.stamp !== stamp || known.state !== 'settled'
  }

  /** Forgets files that are gone: one that comes back is looked at anew. */
  keepOnly(offered: readonly Offered[]): void {
    const paths = new Set(offered.map(({ path }) => path))
    for (const path of this.#files.keys()) if (!paths.has(path)) this.#files.delete(path)
    this.#told.delete(sourceTold)
  }

  settle(offer: Offered): void {
    this.#note(offer, 'settled')
  }

  /** @param content its digest, where it could be read */
  refuse(offer: Offered, refusal: Refusal, content?: string): void {
    if (unfinished.has(refusal.code) && !this.#isMeant(offer)) return
    this.#note(offer, passing.has(refusal.code) ? 'waiting' : 'settled')
    this.#tell(`${refusal.code} ${content ?? `${offer.path} ${offer.stamp}`}`, offer.path, refusal)
  }

  /** There is nothing to look at: told once until there is something again. */
  sourceFailed(path: string, refusal: Refusal): void {
    if (this.#isMeant({ path, stamp: 'failed' })) this.#tell(sourceTold, path, refusal)
  }

  /** Told once of each kind. */
  lookFailed(path: string, refusal: Refusal): void {
    this.#tell(`${refusal.code} ${refusal.message}`, path, refusal)
  }

  #tell(what: string, path: string, { code, message }: Refusal): void {
    if (this.#told.has(what)) return
    if (this.#told.size >= maxTold) this.#told.clear()
    this.#told.add(what)
    this.#onRefused(code, message.slice(0, maxDetail), path)
  }

  /** Whether a file has stood as it is for long enough to be what someone meant. */
  #isMeant(offer: Offered): boolean {
    const since = this.#note(offer, 'unsettled')
    if (performance.now() - since < this.#settleMs) return false
    this.#note(offer, 'waiting')
    return true
  }

  /** @returns since when the file is as it is */
  #note({ path, stamp }: Offered, state: State): number {
    const known = this.#files.get(path)
    const since = known?.stamp === stamp ? known.since : performance.now()
    this.#files.set(path, { stamp, state, since })
    return since
  }
}

const sourceTold = 'source'
