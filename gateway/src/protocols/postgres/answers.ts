import type { Statement } from './readings.ts'
import type { Forwarded, Portal } from './statements.ts'

/**
 * What the target still owes, in the order of what was sent to it, and between it what the client gets from us. So our answers
 * come out where they belong.
 */
export type Answer =
  | {
      readonly kind: 'query'
      readonly forwarded: Forwarded | undefined
      /** What its success does to names. */
      readonly names: (() => void) | undefined
      failure?: string
    }
  | {
      readonly kind: 'parse'
      readonly forwarded: Forwarded | undefined
      readonly name: string
      readonly statement: Statement
    }
  | { readonly kind: 'bind'; readonly name: string; readonly portal: Portal }
  | { readonly kind: 'describe' }
  | {
      readonly kind: 'execute'
      readonly forwarded: Forwarded | undefined
      /** What its success does to names. */
      readonly names: (() => void) | undefined
      /** A COPY … FROM STDIN of which it is not known yet whether the target takes its data. */
      copyOpen: boolean
      /** What comes behind waits for its answer: where it overruns its limits, nothing may have committed it, and its cancel hits nothing else. */
      readonly holds: boolean
    }
  | { readonly kind: 'close'; readonly what: 'S' | 'P'; readonly name: string }
  | { readonly kind: 'call'; readonly forwarded: Forwarded; failure?: string }
  | { readonly kind: 'sync' }
  /** A statement that cannot succeed; its error is ours to tell. */
  | { readonly kind: 'deny'; readonly simple: boolean; readonly dropsUnnamed: boolean; readonly error: Buffer }
  | { readonly kind: 'lookup'; readonly lookup: Lookup; readonly sync: boolean }
  /** Ours, with nothing of the target's. */
  | { readonly kind: 'local'; readonly bytes: Buffer }

/** The gateway's own question between the client's. */
export interface Lookup {
  readonly rows: Buffer[]
  /** How many CloseComplete are still to come. */
  closings: number
  bytes: number
  /** The error's code where there was one, `aborted` where it never ran. */
  failure?: string
  done(): void
}

/** Messages that the target may send while it owes this. */
export const expected = {
  query: 'TDCIGHdcEZ',
  parse: '1E',
  bind: '2E',
  describe: 'tTnE',
  execute: 'DCIsGHdcE',
  close: '3E',
  call: 'VEZ',
  sync: 'ZE',
  deny: 'EZ',
  lookup: '123DCEZ',
  local: '',
} as const satisfies { readonly [kind in Answer['kind']]: string }

/** Type byte of a message → whether an answer of this kind allows it. */
export const allows = Object.fromEntries(
  Object.entries(expected).map(([kind, letters]) => {
    const table = new Uint8Array(256)
    for (const letter of letters) table[letter.charCodeAt(0)] = 1
    return [kind, table]
  }),
) as { readonly [kind in Answer['kind']]: Uint8Array }

/** A queue that is emptied from the front without moving what is behind. */
export class Answers {
  #queue: Answer[] = []
  #head = 0
  /** How many ReadyForQuery are owed. */
  owedReady = 0
  /** How many COPY … FROM STDIN have been sent to be executed, of which it is open whether the target takes their data. */
  owedCopies = 0
  /** How many answers are owed that what comes behind has to wait for. */
  owedHolds = 0

  get head(): Answer | undefined {
    return this.#queue[this.#head]
  }
  get length(): number {
    return this.#queue.length - this.#head
  }

  push(answer: Answer): void {
    this.#queue.push(answer)
    if (endsWithReady(answer)) this.owedReady++
    if (answer.kind !== 'execute') return
    if (answer.copyOpen) this.owedCopies++
    if (answer.holds) this.owedHolds++
  }

  shift(): Answer | undefined {
    const answer = this.#queue[this.#head]
    if (answer === undefined) return undefined
    this.#head++
    if (this.#head === this.#queue.length || this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    if (endsWithReady(answer)) this.owedReady--
    if (answer.kind === 'execute' && answer.holds) this.owedHolds--
    this.copyDecided(answer)
    return answer
  }

  /** The target has asked for a COPY's data, or never will. */
  copyDecided(answer: Answer): void {
    if (answer.kind !== 'execute' || !answer.copyOpen) return
    answer.copyOpen = false
    this.owedCopies--
  }

  [Symbol.iterator](): Iterator<Answer> {
    return this.#queue.slice(this.#head).values()
  }
}

export function endsWithReady(answer: Answer): boolean {
  const { kind } = answer
  if (kind === 'query' || kind === 'call') return true
  return kind === 'sync' || (kind === 'deny' && answer.simple) || (kind === 'lookup' && answer.sync)
}
