/**
 * A bounded map that forgets what was not used for long: two generations, of which the older goes when the younger is full.
 * A look-up costs one hash, or two.
 */
export class Generations<V> {
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #weight = 0
  readonly #maxEntries: number
  readonly #maxWeight: number

  /** Each generation holds so many entries, and so many characters of keys. */
  constructor(maxEntries: number, maxWeight = Number.POSITIVE_INFINITY) {
    this.#maxEntries = maxEntries
    this.#maxWeight = maxWeight
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, value: V): void {
    if (!this.#young.has(key)) {
      this.#weight += key.length
      if (this.#young.size >= this.#maxEntries || this.#weight > this.#maxWeight) {
        this.#old = this.#young
        this.#young = new Map()
        this.#weight = key.length
      }
    }
    this.#old.delete(key)
    this.#young.set(key, value)
  }
}
