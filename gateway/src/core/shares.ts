/** One amount of which many take: how much there is, and how much of it each may hold at once. */
export class Shares {
  readonly #all: number
  readonly #each: number
  readonly #takenBy = new Map<string, number>()
  #taken = 0

  constructor({ all = Number.POSITIVE_INFINITY, each = all }: { readonly all?: number; readonly each?: number }) {
    this.#all = all
    this.#each = each
  }

  /** @returns how it is given back, once however often it is called; or what there is not enough of: of `all`, or of `theirs` */
  take(who: string, amount = 1): (() => void) | 'all' | 'theirs' {
    const theirs = this.#takenBy.get(who) ?? 0
    if (this.#taken + amount > this.#all) return 'all'
    if (theirs + amount > this.#each) return 'theirs'
    this.#taken += amount
    this.#takenBy.set(who, theirs + amount)
    let back = false
    return () => {
      if (back) return
      back = true
      this.#taken -= amount
      const left = (this.#takenBy.get(who) ?? amount) - amount
      if (left > 0) this.#takenBy.set(who, left)
      else this.#takenBy.delete(who)
    }
  }
}

/** An agent or user as one text. */
export function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return JSON.stringify([type, id])
}
