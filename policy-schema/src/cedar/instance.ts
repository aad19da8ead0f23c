import { createRequire } from 'node:module'
import { PolicyError } from '../errors.ts'

/** What cedar-wasm exports. Only this folder may name it. */
export type Wasm = typeof import('@cedar-policy/cedar-wasm/nodejs')

/** `ERR_CEDAR_TRAPPED`: the instance died. `ERR_CEDAR_THREW`: the call could not be made and left its stack behind. */
export type CedarCode = 'ERR_CEDAR_TRAPPED' | 'ERR_CEDAR_THREW'

/** A call that throws leaves wasm stack behind; after about 1,500 of them every call traps. Renewed long before. */
const leaksBeforeRebuild = 64

/**
 * One instance of cedar-wasm, renewed when it is poisoned.
 *
 * Names that were preparsed live in the instance, so whoever keeps names compares `generation` before using one.
 * A rebuild costs 10 to 100 ms.
 */
export class Cedar {
  #wasm: Wasm = load()
  #generation = 1
  #leaks = 0
  #throws = 0

  /** Grows by one with each rebuild: names from an older generation mean nothing. */
  get generation(): number {
    return this.#generation
  }
  get rebuilds(): number {
    return this.#generation - 1
  }
  /** Calls that threw, whether or not they poisoned the instance. */
  get throws(): number {
    return this.#throws
  }

  /**
   * Calls into wasm.
   *
   * @throws PolicyError `ERR_CEDAR_TRAPPED` after which the instance is a new one, `ERR_CEDAR_THREW`
   */
  call<T>(body: (wasm: Wasm) => T): T {
    try {
      return body(this.#wasm)
    } catch (cause) {
      this.#throws++
      this.#leaks++
      // A stack overflow shows itself as either of these, according to whose stack was the shorter.
      const trapped = cause instanceof Error && (cause.name === 'RuntimeError' || cause instanceof RangeError)
      if (trapped || this.#leaks >= leaksBeforeRebuild) this.#rebuild()
      const message = `cedar failed: \`${cause instanceof Error ? cause.message : String(cause)}\``
      throw new PolicyError<CedarCode>(trapped ? 'ERR_CEDAR_TRAPPED' : 'ERR_CEDAR_THREW', message, { cause })
    }
  }

  #rebuild(): void {
    this.#wasm = load()
    this.#generation++
    this.#leaks = 0
  }
}

/**
 * A fresh instance: the package instantiates once per evaluation of its module, so its entry in the cache goes first.
 * The `require` is made anew as well, since a module keeps each of its children, and so each dead instance, alive.
 */
function load(): Wasm {
  const require = createRequire(import.meta.url)
  const path = require.resolve('@cedar-policy/cedar-wasm/nodejs')
  delete require.cache[path]
  const wasm = require(path) as Wasm
  delete require.cache[path]
  return wasm
}

let shared: Cedar | undefined

/** The instance for reading, validating and formatting, which keep no names. Engines have one each. */
export function tools(): Cedar {
  shared ??= new Cedar()
  return shared
}

/** Of the Cedar that decides, `4.13.0`; a bundle carries it. */
export function cedarVersion(): string {
  return tools().call(wasm => wasm.getCedarVersion())
}
