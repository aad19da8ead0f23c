/** An object of the API in which something is not what its kind says. */
export class Unreadable extends Error {}

/** Of one object: reading it keeps everyone else waiting. */
const maxParts = 100_000

/**
 * A part of an object, read as its kind declares it. What is of another type is an error, `null` is as good as missing, and
 * so is a key an error that differs from a declared one in its case only: old servers take it for the declared one.
 */
export class Part {
  readonly #value: { readonly [key: string]: unknown }
  readonly #at: string
  /** By their folded spelling. */
  readonly #keys: ReadonlyMap<string, readonly string[]>
  /** Of the whole object. */
  readonly #read: { parts: number }

  constructor(value: unknown, at: string, read = { parts: 0 }) {
    if (++read.parts > maxParts) throw new Unreadable(`it has more than ${maxParts} parts`)
    this.#read = read
    if (value === null || value === undefined) this.#value = {}
    else if (isRecord(value)) this.#value = value
    else throw new Unreadable(`\`${at}\` is no object`)
    this.#at = at
    this.#keys = Map.groupBy(Object.keys(this.#value), fold)
  }

  has(key: string): boolean {
    return this.#get(key) !== undefined
  }

  text(key: string): string {
    return this.#text(this.#get(key), this.#below(key))
  }

  flag(key: string): boolean {
    const value = this.#get(key)
    if (value !== undefined && typeof value !== 'boolean') throw new Unreadable(`\`${this.#below(key)}\` is no boolean`)
    return value ?? false
  }

  /** An `int32`. */
  count(key: string): number | undefined {
    const value = this.#get(key)
    if (value === undefined) return undefined
    if (typeof value !== 'number' || (value | 0) !== value) throw new Unreadable(`\`${this.#below(key)}\` is no int32`)
    return value | 0
  }

  part(key: string): Part {
    return new Part(this.#get(key), this.#below(key), this.#read)
  }

  parts(key: string): readonly Part[] {
    return this.#list(key).map((value, index) => new Part(value, `${this.#below(key)}[${index}]`, this.#read))
  }

  /** Texts by keys that nothing declares. */
  map(key: string): readonly (readonly [key: string, value: string])[] {
    const at = this.#below(key)
    const value = this.#get(key) ?? {}
    if (!isRecord(value)) throw new Unreadable(`\`${at}\` is no object`)
    return Object.entries(value).map(([name, each]) => [name, this.#text(each ?? undefined, `${at}.${name}`)])
  }

  texts(key: string): readonly string[] {
    return this.#list(key).map((value, index) => this.#text(value ?? undefined, `${this.#below(key)}[${index}]`))
  }

  #list(key: string): readonly unknown[] {
    const value = this.#get(key) ?? []
    if (!Array.isArray(value)) throw new Unreadable(`\`${this.#below(key)}\` is no list`)
    return value
  }

  #text(value: unknown, at: string): string {
    if (value !== undefined && typeof value !== 'string') throw new Unreadable(`\`${at}\` is no string`)
    return value ?? ''
  }

  #get(key: string): unknown {
    const other = this.#keys.get(fold(key))?.find(each => each !== key)
    if (other !== undefined) throw new Unreadable(`\`${this.#below(other)}\` could be read as \`${key}\``)
    return Object.hasOwn(this.#value, key) ? (this.#value[key] ?? undefined) : undefined
  }

  #below(key: string): string {
    return this.#at === '' ? key : `${this.#at}.${key}`
  }
}

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As Go folds: `ſ` is an `s`, the Kelvin sign a `k`. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase()
}
