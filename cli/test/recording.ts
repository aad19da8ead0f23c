import {
  createChain,
  createEngine,
  type PolicyEngine,
  type PolicyTest,
  type Repository,
  type Session,
  type TrailBody,
  trailGenesis,
  whoOf,
} from '@cedargate/policy-schema'
import { toFacts } from '../src/testing/facts.ts'
import { toOperation } from '../src/testing/operation.ts'

/** What somebody asked, as a test has it. */
export type Ask = Pick<PolicyTest, 'as' | 'target' | 'operation' | 'at'>

/** A trail as a gateway would write it: one session for each ask. */
export class Recorder {
  readonly lines: string[] = []
  readonly #chain = createChain({ gateway: 'gate-1', worker: 0, seq: 0, previous: trailGenesis })
  readonly #repository: Repository
  readonly #engine: PolicyEngine
  #time = Date.parse('2026-02-01T10:00:00Z')

  constructor(repository: Repository) {
    this.#repository = repository
    this.#engine = createEngine(repository)
    this.line({ kind: 'gateway.started', release: '0.1.0', node: 'v24' })
  }

  line(body: TrailBody): number {
    this.#time += 7
    const { commit, digest } = this.#repository
    this.lines.push(this.#chain.line(body, { time: this.#time, commit, bundle: digest }))
    return this.#chain.seq
  }

  /** @param spoil changes the decision line before it is written: a gateway that lies */
  ask(ask: Ask, spoil: (body: Extract<TrailBody, { kind: 'decision' }>) => TrailBody = body => body): void {
    const id = `session-${this.#chain.seq}`
    const typed = toFacts(ask, this.#repository)
    const session: Session = { ...typed.session, id }
    const { source, now } = typed
    const operation = toOperation(ask, this.#repository)
    const { protocol } = operation
    this.line({ kind: 'session.started', session, protocol, source })
    const evaluation = this.#engine.evaluate(operation, { ...typed, session })
    const decisionSeq = this.line(
      spoil({
        kind: 'decision',
        ...whoOf(session),
        source,
        operation,
        now,
        ...evaluation,
      }),
    )
    if (evaluation.decision.effect === 'allow')
      this.line({
        kind: 'result',
        ...whoOf(session),
        decisionSeq,
        rows: 3,
        bytes: 99,
        status: 'ok',
        durationUs: 900,
      })
    this.line({ kind: 'session.ended', session: id, reason: 'client left' })
  }

  /** Where the chain stands. */
  get state() {
    return this.#chain
  }

  get text(): string {
    return this.lines.map(line => `${line}\n`).join('')
  }
}

export const backupReadsAudit: Ask = {
  as: { agent: 'nightly-backup', role: 'backup', task: { id: 'run-7', kind: 'backup' } },
  target: 'orders-db',
  operation: { sql: 'SELECT * FROM audit.events' },
}
export const reportReadsOrders: Ask = {
  as: { agent: 'report', role: 'reporting' },
  target: 'orders-db',
  operation: { sql: 'SELECT id FROM orders' },
}
export const reportReadsAudit: Ask = { ...reportReadsOrders, operation: { sql: 'SELECT * FROM audit.events' } }
export const migratorDrops: Ask = {
  as: { agent: 'migrator', role: 'migration' },
  target: 'orders-db',
  operation: { sql: 'DROP TABLE orders' },
}
export const all = [backupReadsAudit, reportReadsOrders, reportReadsAudit, migratorDrops]
