import {
  type DecisionBody,
  type Evaluation,
  type Facts,
  type GateReason,
  isWork,
  type Obligations,
  type Operation,
  type Protocol,
  type Session,
  type Target,
  type Who,
  type Work,
  whoOf,
} from '@cedargate/policy-schema'
import type { Casts } from '../trail/cast.ts'
import type { Recorded, Trail } from '../trail/trail.ts'
import type { Admission, Admitted, Credential, Gate, How, Refusal, Result } from './contract.ts'
import type { Counters } from './counters.ts'
import type { InForce, Policies } from './policies.ts'
import { denyRefusal, gateRefusal, pendingRefusal } from './refusal.ts'
import type { Turns } from './turns.ts'

/** What all gates of a gateway share. */
export interface GateContext {
  readonly policies: Policies
  readonly trail: Trail
  readonly casts: Casts
  readonly counters: Counters
  /** ms since the epoch */
  readonly now: () => number
  /** µs, from anywhere, never set back */
  readonly clockUs: () => number
  /** Where evaluations that take long go on. */
  readonly turns: Turns
}

/** What came of an operation, and of what is recorded of it. */
interface Decided {
  readonly facts: Facts
  readonly evaluation: Evaluation
  readonly recorded: Operation
  readonly replayable: boolean
}

/** What was admitted and has no end of its own. */
interface Stream<O> {
  readonly operation: O
  readonly source: string
  readonly ending: AbortController
}

/** One session's way to a decision. */
export class SessionGate<O extends Operation> implements Gate<O> {
  readonly session: Session
  readonly target: Target
  readonly credential: Credential
  readonly #context: GateContext
  readonly #protocol: Protocol<O>
  readonly #ending = new AbortController()
  readonly #who: Who
  readonly #onEnd: () => void
  readonly #streams = new Set<Stream<O>>()
  #ended = false

  constructor(
    context: GateContext,
    protocol: Protocol<O>,
    opened: { readonly session: Session; readonly target: Target; readonly credential: Credential },
    onEnd: () => void,
  ) {
    this.#context = context
    this.#protocol = protocol
    this.session = opened.session
    this.#who = whoOf(opened.session)
    this.target = opened.target
    this.credential = opened.credential
    this.#onEnd = onEnd
  }

  get ended(): AbortSignal {
    return this.#ending.signal
  }

  get bundle(): string {
    const { policies, now } = this.#context
    const { inForce, stamp } = policies
    // past its expiry no bundle is in force: what was decided before is decided again, and refused
    return inForce !== undefined && now() < inForce.expiresAt ? stamp.bundle : 'none'
  }

  /** Decides one operation and leaves its line in the trail before anything reaches the target. */
  admit(operation: O, how: How): Admission<O> | Promise<Admission<O>> {
    const { policies, now } = this.#context
    const inForce = policies.inForce
    const at = now()
    const stop = this.#stopped(inForce, at)
    if (stop !== undefined) return this.#stop(operation, how, stop)
    if (inForce === undefined) throw new TypeError('a session is opened only under policies')

    const decided = this.#decide(operation, { session: this.session, source: how.source, now: at }, inForce)
    if (decided instanceof Promise) return decided.then(late => this.#recordLate(operation, how, late, inForce))
    return this.#record(operation, how, decided, inForce)
  }

  evaluate(operation: O, source: string): Evaluation | undefined | Promise<Evaluation | undefined> {
    const { policies, now, turns } = this.#context
    const { inForce } = policies
    const at = now()
    if (inForce === undefined || this.#stopped(inForce, at) !== undefined) return undefined
    const begun = inForce.engine.begin(operation, { session: this.session, source, now: at })
    return isWork(begun) ? turns.take(begun, () => this.#over) : begun
  }

  #decide(operation: O, facts: Facts, { engine }: InForce): Decided | Promise<Decided | undefined> {
    const { turns } = this.#context
    const recorded = this.#protocol.redact(operation)
    const begun = engine.begin(operation, facts)
    const decided = (evaluation: Evaluation, replayable: boolean): Decided => {
      return { facts, evaluation, recorded, replayable }
    }
    if (recorded === operation && !isWork(begun)) return decided(begun, true)
    function* both(): Work<Decided> {
      const evaluation = isWork(begun) ? yield* begun : begun
      if (recorded === operation) return decided(evaluation, true)
      // what is recorded is what will be decided again; only where that asks something else it cannot be
      const again = engine.begin(recorded, facts)
      const { requestsDigest } = isWork(again) ? yield* again : again
      return decided(evaluation, requestsDigest === evaluation.requestsDigest)
    }
    return turns.take(both(), () => this.#over)
  }

  /** While others had their turns the session may have come to its end; or the policies have changed, then it is decided anew. */
  #recordLate(
    operation: O,
    how: How,
    decided: Decided | undefined,
    inForce: InForce,
  ): Admission<O> | Promise<Admission<O>> {
    const { policies, now } = this.#context
    if (decided === undefined) return this.#stop(operation, how, 'session_ended')
    if (policies.inForce !== inForce) return this.admit(operation, how)
    const stop = this.#stopped(inForce, now())
    return stop === undefined ? this.#record(operation, how, decided, inForce) : this.#stop(operation, how, stop)
  }

  #record(operation: O, how: How, decided: Decided, inForce: InForce): Admission<O> | Promise<Admission<O>> {
    const { evaluation } = decided
    const refused = refusedBy(evaluation, how)
    this.#context.counters.decided(operation.protocol, evaluation, refused)
    const { trail } = this.#context
    const body = this.#body(how, decided, refused)
    const recorded = how.together ? trail.recordTogether(body) : trail.record(body)
    if (recorded instanceof Promise)
      return recorded.then(seq => this.#answer(operation, how, evaluation, inForce, refused, seq))
    return this.#answer(operation, how, evaluation, inForce, refused, recorded)
  }

  end(reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#context.trail.note({ kind: 'session.ended', session: this.session.id, reason })
    this.#onEnd()
  }

  /** Tells the wire to end the session, now or after the operation under way. */
  stop(refusal: Refusal): void {
    this.#ending.abort(refusal)
    for (const { ending } of this.#streams) ending.abort(refusal)
  }

  /** Law 7: under policies that have changed, what goes on and is no longer allowed is ended. */
  async recheck(): Promise<void> {
    for (const stream of this.#streams) {
      const inForce = this.#context.policies.inForce
      // who cannot be asked does not say yes
      const asked = Promise.resolve(stream).then(({ operation, source }) => this.evaluate(operation, source))
      const evaluation = await asked.catch(() => undefined)
      if (inForce !== this.#context.policies.inForce) return // whoever changed them checks again
      const refusal = this.#noLonger(evaluation, inForce)
      if (refusal !== undefined) stream.ending.abort(refusal)
    }
  }

  #noLonger(evaluation: Evaluation | undefined, inForce: InForce | undefined): Refusal | undefined {
    if (evaluation === undefined || inForce === undefined)
      return gateRefusal('session_ended', this.#context.policies.stamp.commit)
    if (evaluation.decision.effect === 'deny') return denyRefusal(evaluation.decision, inForce.engine)
    return evaluation.decision.effect === 'pending' ? pendingRefusal(evaluation, inForce.engine) : undefined
  }

  #answer(
    operation: O,
    how: How,
    evaluation: Evaluation,
    inForce: InForce,
    refused: GateReason | undefined,
    seq: Recorded,
  ): Admission<O> {
    const { decision } = evaluation
    if (seq === undefined) return this.#refusal('trail_unavailable')
    if (decision.effect === 'deny') return { allowed: false, refusal: denyRefusal(decision, inForce.engine) }
    if (refused !== undefined) return { allowed: false, refusal: pendingRefusal(evaluation, inForce.engine) }
    // while the disk was busy, the session may have come to its end
    if (this.#over) {
      this.#result(seq, 0, { bytes: 0, status: 'aborted' })
      return this.#refusal('session_ended')
    }
    const began = this.#context.clockUs()
    const admitted = {
      allowed: true as const,
      operation,
      evaluation,
      bundle: inForce.manifest.digest,
      commit: inForce.engine.commit,
      openCast: (title: string) => this.#context.casts.open({ session: this.session.id, decisionSeq: seq, title }),
      finish: (result: Result) => this.#result(seq, this.#context.clockUs() - began, result),
    }
    return how.goesOn ? this.#goingOn(admitted, how.source) : admitted
  }

  #goingOn(admitted: Admitted<O>, source: string): Admitted<O> {
    const stream = { operation: admitted.operation, source, ending: new AbortController() }
    this.#streams.add(stream)
    if (this.#ending.signal.aborted) stream.ending.abort(this.#ending.signal.reason)
    return {
      ...admitted,
      ended: stream.ending.signal,
      finish: result => {
        this.#streams.delete(stream)
        admitted.finish(result)
      },
    }
  }

  #result(decisionSeq: number, durationUs: number, result: Result): void {
    if (result.limit !== undefined) this.#context.counters.limited(this.#protocol.name, result.limit)
    const { rows, bytes, received, status, limit } = result
    this.#context.trail.note({
      kind: 'result',
      ...this.#who,
      decisionSeq,
      rows,
      bytes,
      received,
      status,
      limit,
      durationUs: Math.round(durationUs),
    })
  }

  #stopped(inForce: InForce | undefined, at: number): GateReason | undefined {
    if (this.#over) return 'session_ended'
    if (inForce === undefined || at >= inForce.expiresAt) return 'bundle_expired'
    if (at >= this.session.expiresAt) return 'session_ended'
    return undefined
  }

  /** While the gateway drains, a session goes on deciding: a transaction under way may come to its own end. */
  get #over(): boolean {
    const { aborted, reason } = this.#ending.signal
    return this.#ended || (aborted && (reason as Refusal).code !== 'draining')
  }

  /** Not asked of the engine: the line says only what the gate did. */
  #stop(operation: O, how: How, reason: GateReason): Admission<O> | Promise<Admission<O>> {
    this.#context.counters.refused(operation.protocol, reason)
    const recorded = this.#context.trail.record({
      kind: 'decision',
      ...this.#who,
      source: how.source,
      operation: this.#protocol.redact(operation),
      refused: reason,
    })
    const refuse = (seq: Recorded) => this.#refusal(seq === undefined ? 'trail_unavailable' : reason)
    return recorded instanceof Promise ? recorded.then(refuse) : refuse(recorded)
  }

  #refusal(code: GateReason): Admission<O> {
    return { allowed: false, refusal: gateRefusal(code, this.#context.policies.stamp.commit) }
  }

  #body(how: How, { facts, evaluation, recorded, replayable }: Decided, refused: GateReason | undefined): DecisionBody {
    const { obligations } = evaluation
    return {
      kind: 'decision',
      ...this.#who,
      source: how.source,
      operation: recorded,
      now: facts.now,
      requests: evaluation.requests,
      requestsDigest: evaluation.requestsDigest,
      decision: evaluation.decision,
      obligations: obligesNothing(obligations) ? undefined : obligations,
      shadow: evaluation.shadow,
      refused,
      replayable: replayable ? undefined : false,
    }
  }
}

function obligesNothing(obligations: Obligations): boolean {
  for (const _ in obligations) return false
  return true
}

function refusedBy(evaluation: Evaluation, how: How): GateReason | undefined {
  return evaluation.decision.effect === 'pending' && how.whenPending === 'refuse' ? 'approval_unavailable' : undefined
}
