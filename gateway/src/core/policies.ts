import type { BundleManifest, Engine, Repository } from '@cedargate/policy-schema'

/** The one set of policies by which everything is decided now. Replaced whole, never changed. */
export interface InForce {
  readonly engine: Engine
  readonly repository: Repository
  readonly manifest: BundleManifest
  /** ms since the epoch; past it everything is denied */
  readonly expiresAt: number
}

/** What is in force, and who wants to know when that changes. */
export class Policies {
  #inForce: InForce | undefined
  readonly #listeners = new Set<() => void>()

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  /** What every line carries. */
  get stamp(): { readonly commit: string; readonly bundle: string } {
    return this.#stamp
  }
  #stamp = { commit: 'none', bundle: 'none' }

  activate(next: InForce): void {
    this.#inForce = next
    this.#stamp = { commit: next.manifest.commit, bundle: next.manifest.digest }
    for (const listener of this.#listeners) listener()
  }

  onActivated(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
