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
  readonly #weightOf: (value: V) => number

  /** Each generation holds so many entries, and so many characters of keys and of what their values are said to weigh. */
  constructor(maxEntries: number, maxWeight = Number.POSITIVE_INFINITY, weightOf: (value: V) => number = () => 0) {
    this.#maxEntries = maxEntries
    this.#maxWeight = maxWeight
    this.#weightOf = weightOf
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
      const weight = key.length + this.#weightOf(value)
      this.#weight += weight
      if (this.#young.size >= this.#maxEntries || this.#weight > this.#maxWeight) this.#age(weight)
    }
    this.#old.delete(key)
    this.#young.set(key, value)
  }

  /** A value that is kept here weighs more than it did. */
  grew(weight: number): void {
    this.#weight += weight
    if (this.#weight > this.#maxWeight) this.#age(0)
  }

  #age(weight: number): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#weight = weight
  }

  clear(): void {
    this.#age(0)
    this.#old = new Map()
  }

  /** What it weighed counts on until its generation goes. */
  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
