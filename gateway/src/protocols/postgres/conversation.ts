import type { Evaluation, Naming, PostgresCatalog } from '@cedargate/policy-schema'
import { Answers } from './answers.ts'
import type { Catalogs } from './catalog.ts'
import type { Overrun } from './overruns.ts'
import { type Statement, weightOf } from './readings.ts'
import { createComparison, type Surroundings } from './settings.ts'
import { type Forwarded, Names, type Portal, portalLimits, statementLimits, weightOfPortal } from './statements.ts'
import { asStored, complete } from './stored.ts'

/** Where a session stands, as both of its sides know it. */
export class Conversation {
  readonly answers = new Answers()
  readonly statements = new Names<Statement>(weightOf, statementLimits)
  readonly portals = new Names<Portal>(weightOfPortal, portalLimits)
  /** How many times a name of a statement or portal may have come to stand for something else. */
  renamings = 0
  /** How the target reads a text may have changed: it is asked before it gets another one. */
  doubtful = false
  /** Something in this transaction may have, so its end may change it back. */
  #moved = false
  readonly #isSame = createComparison()
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

  /** No transaction is open: its portals are gone, and what it set for itself. */
  outside(): void {
    this.catalogs.settled()
    this.doubtful ||= this.#moved
    this.#moved = false
    if (this.portals.size > 0) for (const portal of this.portals.clear(isHeld)) portal.forwarded?.leave()
  }

  /**
   * A statement was sent to be run: what it may change is not believed any more.
   *
   * @param pipelined whether messages are decided before it was answered
   * @returns what it does to names once it has succeeded
   */
  ran(written: Statement, forwarded: Forwarded | undefined, pipelined: boolean): (() => void) | undefined {
    const statement = this.complete(written)
    const code = statement.changesSettings || (forwarded !== undefined && runsCode(forwarded.admitted.evaluation))
    if (statement.changesCatalog || code) this.catalogs.changed()
    if (code || (this.#moved && statement.ends)) this.doubtful = true
    if (code) this.renamings++
    this.#moved ||= code
    if (statement.namings.length === 0) return undefined
    this.renamings++
    if (!statement.single) return this.#forget(statement.namings)
    const [naming] = statement.namings
    return naming && this.#naming(naming, statement, forwarded, pipelined)
  }

  /** The target has said how it reads. A name that is gone, or stands for something else, is not known any more. */
  certain({ statements, cursors }: Surroundings): void {
    this.doubtful = false
    const isGone = (name: string, statement: Statement, digests: { readonly [name: string]: string }) =>
      name !== '' && !this.#isSame(statement, Object.hasOwn(digests, name) ? digests[name] : undefined)
    this.statements.dropped((name, statement) => isGone(name, statement, statements))
    const gone = this.portals.dropped((name, { statement }) => isGone(name, statement, cursors))
    for (const portal of gone) portal.forwarded?.leave()
  }

  /** The statement with what stands behind the names that it uses. */
  complete(statement: Statement): Statement {
    return complete(statement, this.statements, this.portals)
  }

  #naming(naming: Naming, statement: Statement, forwarded: Forwarded | undefined, pipelined: boolean): () => void {
    if (naming.does === 'drop') {
      if (naming.kind === 'statement' && naming.name === undefined) this.catalogs.forgotten() // ours too
      return () => this.#drop(naming)
    }
    const { kind, name, hold = false } = naming
    const stored = asStored(statement, forwarded?.admitted.operation.catalog?.relations)
    if (kind === 'statement') return adding(this.statements, name, stored, pipelined)
    const { changes } = this.catalogs
    const portal = { statement: stored, parameters: [], changes, renamings: this.renamings, hold, forwarded: undefined }
    return adding(this.portals, name, portal, pipelined)
  }

  /** Several statements in one text: where it fails half-way nobody knows which names it made, so none of them is known. */
  #forget(namings: readonly Naming[]): undefined {
    for (const naming of namings) {
      this.#drop(naming)
      if (naming.does === 'drop' && naming.kind === 'statement' && naming.name === undefined) this.catalogs.forgotten()
    }
  }

  #drop({ kind, name }: Naming): void {
    const goes = (each: string) => name === undefined || each === name
    if (kind === 'statement') this.statements.dropped(goes)
    else for (const portal of this.portals.dropped(goes)) portal.forwarded?.leave()
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
    for (const portal of this.portals.clear()) portal.forwarded?.leave()
  }
}

/** What is over a limit is not remembered, and so denied when it is used. */
function adding<Thing>(names: Names<Thing>, name: string, thing: Thing, pipelined: boolean): () => void {
  if (names.full) {
    names.forget(name)
    return () => names.forget(name)
  }
  if (pipelined) names.ask(name, thing)
  return () => names.made(name, thing)
}

function isHeld({ hold }: Portal): boolean {
  return hold === true
}

const builtin = /^Postgres::Function::"[^/]*\/[^/]*\/pg_catalog\//

/** Whether functions of somebody's run: they may set what they like. */
function runsCode({ requests }: Evaluation): boolean {
  return requests.some(({ action, resource }) => action === execution && !builtin.test(resource))
}
const execution = 'Postgres::Action::"execute"'

const transactions = { I: 'none', T: 'open', E: 'failed' } as const
