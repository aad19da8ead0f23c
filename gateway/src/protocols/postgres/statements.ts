import { type PostgresOperation, type PostgresParameter, reservedPrefix } from '@cedargate/policy-schema'
import type { Admitted } from '../../core/contract.ts'
import { Allowance, type LimitName } from './allowance.ts'
import type { Statement } from './readings.ts'

/** Names of the gateway's own statements and portals at the target. */
export const reserved = reservedPrefix
export interface NameLimits {
  readonly count: number
  readonly weight: number
}
export const statementLimits: NameLimits = { count: 10_000, weight: 16 * 1024 * 1024 }
/** Two Binds as large as they may be weigh less, so one can follow another. */
export const portalLimits: NameLimits = { count: 1_000, weight: 80 * 1024 * 1024 }
const parameterCharacters = 16

/** One admitted operation on its way: what it gave, until its one result. */
export class Forwarded {
  readonly admitted: Admitted<PostgresOperation>
  /** What its policies let it have; `undefined`: as much as it likes. */
  readonly allowance: Allowance | undefined
  rows: number | undefined
  bytes = 0
  /** Whether the target has answered any of it. */
  answered = false
  #finished = false

  constructor(admitted: Admitted<PostgresOperation>) {
    this.admitted = admitted
    this.allowance = Allowance.of(admitted.evaluation.obligations)
  }

  count(rows: number | undefined): void {
    if (rows !== undefined) this.rows = (this.rows ?? 0) + rows
  }

  finish(status: string): void {
    if (this.#finished) return
    this.#finished = true
    const { rows, bytes } = this
    this.admitted.finish(rows === undefined ? { bytes, status } : { rows, bytes, status })
  }

  /** It was to have more than its policies allow. */
  exceed(limit: LimitName): void {
    if (this.#finished) return
    this.#finished = true
    this.admitted.finish({ rows: this.allowance?.rows ?? 0, bytes: this.bytes, status: 'limit_exceeded', limit })
  }

  /** Nobody will ask for more: a portal that gave rows was answered, one that was never executed was not. */
  leave(): void {
    this.finish(this.answered ? 'ok' : 'aborted')
  }
}

/** What a Bind made: one execution of a statement with its parameters. */
export interface Portal {
  readonly statement: Statement
  readonly parameters: readonly PostgresParameter[]
  /** {@link Catalogs.changes} when it was decided. */
  changes: number
  /** {@link Conversation.renamings} when it was decided. */
  renamings: number
  /** A cursor that outlives its transaction. */
  readonly hold?: boolean
  /** `undefined` for the empty statement, of which nothing is asked, and for a cursor until it is executed. */
  forwarded: Forwarded | undefined
}

/** What a portal holds of its parameters. */
export function weightOfPortal({ parameters }: Portal): number {
  let weight = 0
  for (const parameter of parameters) {
    weight += parameterCharacters
    if (typeof parameter === 'string') weight += parameter.length
    else if (parameter !== null) weight += 'hex' in parameter ? parameter.hex.length : parameter.digest.length
  }
  return weight
}

/**
 * What a session's names stand for at the target. A name counts as made only when the target said so: a Parse of a name in
 * use fails there, and the old statement lives on. Within one pipeline the newer meaning holds, since what follows a failure is skipped.
 */
export class Names<Thing> {
  readonly #made = new Map<string, Thing>()
  readonly #coming = new Map<string, Thing>()
  readonly #weigh: (thing: Thing) => number
  readonly #limits: NameLimits
  weight = 0

  constructor(weigh: (thing: Thing) => number, limits: NameLimits) {
    this.#weigh = weigh
    this.#limits = limits
  }

  /** Whether no more is to be asked for. */
  get full(): boolean {
    return this.#made.size + this.#coming.size >= this.#limits.count || this.weight >= this.#limits.weight
  }

  get(name: string): Thing | undefined {
    return this.#coming.get(name) ?? this.#made.get(name)
  }
  get size(): number {
    return this.#made.size + this.#coming.size
  }

  ask(name: string, thing: Thing): void {
    this.#put(this.#coming, name, thing)
  }

  /** @returns what the name stood for until now */
  made(name: string, thing: Thing): Thing | undefined {
    if (this.#coming.get(name) === thing) this.#put(this.#coming, name, undefined)
    return this.#put(this.#made, name, thing)
  }

  /** @returns what the name stood for */
  closed(name: string): Thing | undefined {
    return this.#put(this.#made, name, undefined)
  }

  /** Whatever it stands for, or will. */
  forget(name: string): void {
    this.#put(this.#made, name, undefined)
    this.#put(this.#coming, name, undefined)
  }

  /** The pipeline failed: what was asked for will not be made. */
  failed(): void {
    for (const name of [...this.#coming.keys()]) this.#put(this.#coming, name, undefined)
  }

  /** Also what is coming. @returns all that were there, but for those that stay */
  clear(stays: (thing: Thing) => boolean = () => false): Thing[] {
    const gone = this.dropped((_, thing) => !stays(thing))
    for (const [name, thing] of [...this.#coming]) {
      if (stays(thing)) continue
      gone.push(thing)
      this.#put(this.#coming, name, undefined)
    }
    return gone
  }

  /** Of what was made. @returns what is gone */
  dropped(goes: (name: string, thing: Thing) => boolean = () => true): Thing[] {
    const gone = [...this.#made].filter(([name, thing]) => goes(name, thing))
    for (const [name] of gone) this.#put(this.#made, name, undefined)
    return gone.map(([, thing]) => thing)
  }

  #put(map: Map<string, Thing>, name: string, thing: Thing | undefined): Thing | undefined {
    const before = map.get(name)
    if (before !== undefined) this.weight -= this.#weigh(before)
    if (thing === undefined) map.delete(name)
    else {
      map.set(name, thing)
      this.weight += this.#weigh(thing)
    }
    return before
  }
}
