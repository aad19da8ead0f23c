import type { PostgresCatalog } from '@cedargate/policy-schema'
import { Answers } from './answers.ts'
import type { Catalogs } from './catalog.ts'
import type { Overrun } from './overruns.ts'
import type { Statement } from './readings.ts'
import { Names, type Portal } from './statements.ts'

/** Where a session stands, as both of its sides know it. */
export class Conversation {
  readonly answers = new Answers()
  readonly statements = new Names<Statement>(statement => statement.sql.length)
  readonly portals = new Names<Portal>(() => 1)
  /** Portals that no name leads to any more, and that wait for their transaction's end. */
  #orphans: Portal[] = []
  readonly catalogs: Catalogs
  /** The transaction, as the target last said. */
  status: 'I' | 'T' | 'E' = 'I'
  /** Something of the client's was sent since the target was last told to Sync. */
  dirty = false
  /** Among it was an Execute that a Sync would commit. */
  executed = false
  /** Our lookup made a block of what would not have been one: before a Query it is ended by a Sync of ours. */
  widened = false
  /** The target takes copied data. */
  copyIn = false
  /** A statement had more than its policies allow, and is being stopped: the client's messages wait. */
  overrun: Overrun | undefined
  /**
   * What becomes of the client's messages until its Sync, after an error: `ours`: the target knows nothing of it, Sync is answered
   * here; `theirs`: the target skips too, and gets the Sync.
   */
  skip: 'no' | 'ours' | 'theirs' = 'no'

  constructor(catalogs: Catalogs) {
    this.catalogs = catalogs
  }

  get transaction(): PostgresCatalog['transaction'] {
    return transactions[this.status]
  }

  /** Nothing is under way: no answer is owed, and ending here takes no more back than the client's own next error would. */
  get settled(): boolean {
    return this.answers.length === 0 && this.status !== 'T' && !this.dirty
  }

  /** No transaction is open: its portals are gone. */
  outside(): void {
    this.catalogs.settled()
    if (this.portals.size > 0 || this.#orphans.length > 0) this.#leavePortals()
  }

  /** A statement was sent to be run: what it may change is not believed any more. */
  ran(statement: Statement): void {
    if (statement.changesCatalog) this.catalogs.changed()
    if (statement.changesNames) this.renamed()
  }

  /** Names of statements and portals may have been given away in SQL: only what is made from here on is known. */
  renamed(): void {
    this.statements.clear()
    this.#orphans.push(...this.portals.clear())
    this.catalogs.forgotten()
  }

  nothing(): PostgresCatalog {
    return this.catalogs.nothing(this.transaction)
  }

  /** Finishes what will not be answered any more. */
  abandon(): void {
    for (const answer of this.answers) {
      if ('forwarded' in answer) answer.forwarded?.finish('aborted')
      if (answer.kind === 'bind') answer.portal.forwarded?.finish('aborted')
    }
    this.#leavePortals()
  }

  #leavePortals(): void {
    for (const portal of [...this.portals.clear(), ...this.#orphans]) portal.forwarded?.leave()
    this.#orphans = []
  }
}

const transactions = { I: 'none', T: 'open', E: 'failed' } as const
