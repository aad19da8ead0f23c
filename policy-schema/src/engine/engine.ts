import type { CedarAnswer, CedarRequest } from '../cedar/authorize.ts'
import type { Decision, Engine, Evaluation, Obligations, PolicyId, RequestAnswer } from '../decision.ts'
import { PolicyError } from '../errors.ts'
import type { Facts, Operation, Session } from '../operation.ts'
import { protocols } from '../protocols/index.ts'
import type { Policy, Repository } from '../repository/types.ts'
import { completed, isWork, type Work } from '../work.ts'
import { Candidates } from './candidates.ts'
import { variant } from './context.ts'
import { type Answered, deny, fold } from './folding.ts'
import { frozen, isFrozenThroughout } from './frozen.ts'
import { type Protocols, settled } from './mapping.ts'
import { type Mapped, Mappings } from './mappings.ts'
import { createMemory } from './memory.ts'
import { pendingOr } from './pending.ts'
import { type IndexedPolicy, indexPolicies, type PolicyIndex, strictest } from './policy-index.ts'
import { cedarRequest, type Question, scopeKey } from './question.ts'
import { member } from './reads.ts'
import { type Asked, type Regime, type Resolved, resolve, type Scoped, type SliceOf, scope } from './resolved.ts'
import { type Slice, Slices } from './slices.ts'
import { judgeCircumstances, judgeSession, type Subject, subjectKey, subjectOf } from './subject.ts'

export type EngineCode = 'ERR_INDEX'

export interface EngineOptions {
  /** `false`: every request is asked, whole, of the whole policy set. For comparison; the answers are the same. */
  readonly slices?: boolean
  /** `false`: nothing is remembered from one evaluation to the next. */
  readonly cache?: boolean
  /** `false`: mappings and slices are remembered, what Cedar answers is not. For measuring. */
  readonly answers?: boolean
  /** How many slices one generation of names holds; wasm keeps at most twice as many. */
  readonly maxSlices?: number
  /** What maps operations; a trial may bring its own. */
  readonly protocols?: Protocols
}

/** What an engine has been through. */
export interface EngineHealth {
  /** How often a poisoned instance of Cedar was renewed. */
  readonly rebuilds: number
  /** Calls into Cedar that threw. */
  readonly throws: number
  /** How often Cedar was given a slice. */
  readonly preparsed: number
}

/** Decides operations. Holds all that it remembers; two engines share nothing. */
export class PolicyEngine implements Engine {
  readonly commit: string
  readonly digest: string
  readonly index: PolicyIndex
  readonly #policies: ReadonlyMap<PolicyId, Policy>
  /** Policies that oblige to anything. */
  readonly #obliging: ReadonlyMap<PolicyId, Obligations>
  readonly #candidates: Candidates
  readonly #slices: Slices
  readonly #mappings: Mappings
  readonly #sliceOf: SliceOf
  readonly #remembers: boolean
  readonly #remembersAnswers: boolean
  readonly #memory = createMemory()
  #serial = 0
  /** Sessions that are frozen throughout are known by their identity. */
  readonly #sessions = new WeakMap<Session, Subject>()
  #lastSource: string | undefined

  constructor(repository: Repository, index: PolicyIndex, options: EngineOptions) {
    const { slices = true, cache = true, answers = cache, maxSlices = 512 } = options
    this.commit = repository.commit
    this.digest = repository.digest
    this.index = index
    this.#policies = new Map(repository.policies.map(policy => [policy.id, policy]))
    this.#obliging = new Map(
      index.policies.flatMap(({ id, obligations }) => (Object.keys(obligations).length > 0 ? [[id, obligations]] : [])),
    )
    this.#candidates = new Candidates(index.policies)
    this.#slices = new Slices(index.schema, maxSlices)
    this.#mappings = new Mappings(repository.targets, index.schema, options.protocols ?? protocols)
    this.#remembers = cache
    this.#remembersAnswers = answers
    this.#sliceOf = slices
      ? (question, matching) => (matching.length === 0 ? undefined : this.#slices.of(question, matching))
      : (_question, _matching, regime) => this.#whole(regime)
  }

  get health(): EngineHealth {
    const { cedar, preparsed } = this.#slices
    return { rebuilds: cedar.rebuilds, throws: cedar.throws, preparsed }
  }

  policy(id: PolicyId): { readonly reason?: string; readonly owner?: string } | undefined {
    const policy = this.#policies.get(id)
    if (!policy) return undefined
    const { reason, owner } = policy.annotations
    return { ...(reason === undefined ? {} : { reason }), ...(owner === undefined ? {} : { owner }) }
  }

  evaluate(operation: Operation, facts: Facts): Evaluation {
    return completed(this.begin(operation, facts))
  }

  begin(operation: Operation, facts: Facts): Evaluation | Work<Evaluation> {
    try {
      const mapped = this.#mapped(operation, facts.session.target)
      return (isWork(mapped) ? undefined : this.#known(mapped, facts)) ?? this.#evaluation(mapped, facts)
    } catch (error) {
      return failed(error)
    }
  }

  /** What is evaluated most: a statement of a session, both of which were here before. */
  #known({ mapping, bySubject }: Mapped, facts: Facts): Evaluation | undefined {
    if ('evaluation' in mapping) return mapping.evaluation
    const subject = this.#sessions.get(facts.session)
    const resolved = subject && bySubject.get(subject)
    return resolved && this.#judge(facts) === undefined ? this.#recalled(resolved, facts) : undefined
  }

  *#evaluation(begun: Mapped | Work<Mapped>, facts: Facts): Work<Evaluation> {
    try {
      const mapped = isWork(begun) ? yield* begun : begun
      const { mapping } = mapped
      if ('evaluation' in mapping) return mapping.evaluation
      const subject = this.#subject(facts.session)
      if (typeof subject === 'string') return settled(deny('request_invalid', subject)).evaluation
      const problem = this.#judge(facts)
      if (problem !== undefined) return settled(deny('request_invalid', problem)).evaluation
      const resolved = yield* this.#resolved(mapped, subject)
      const recalled = this.#recalled(resolved, facts)
      if (recalled) return recalled
      const evaluation = yield* this.#decide(resolved, mapping.requestsDigest, mapping.target, facts)
      this.#remember(resolved, facts, evaluation)
      return evaluation
    } catch (error) {
      return failed(error)
    }
  }

  /** An operation as it is asked by these facts; a text says why it is not. */
  resolve(operation: Operation, facts: Facts): { readonly mapped: Mapped; readonly resolved?: Resolved } {
    const mapped = completed(this.#mapped(operation, facts.session.target))
    const subject = this.#subject(facts.session)
    if ('evaluation' in mapped.mapping || typeof subject === 'string') return { mapped }
    return { mapped, resolved: completed(this.#resolved(mapped, subject)) }
  }

  #mapped(operation: Operation, target: string): Mapped | Work<Mapped> {
    return this.#remembers ? this.#mappings.of(operation, target) : this.#mappings.fresh(operation, target)
  }

  #subject(session: Session): Subject | string {
    const known = this.#sessions.get(session)
    if (known) return known
    const problem = judgeSession(session)
    if (problem !== undefined) return problem
    const key = subjectKey(session)
    const subject = this.#memory.subjects.get(key) ?? subjectOf(session)
    this.#memory.subjects.set(key, subject)
    if (isFrozenThroughout(session)) this.#sessions.set(session, subject)
    return subject
  }

  #judge(facts: Facts): string | undefined {
    // Checking an address costs more than everything else here, and a client's is mostly the last one's.
    const { source } = facts
    const problem = judgeCircumstances(facts, source === this.#lastSource)
    if (problem === undefined) this.#lastSource = source
    return problem
  }

  *#resolved(mapped: Mapped, subject: Subject): Work<Resolved> {
    const { mapping, bySubject } = mapped
    const known = bySubject.get(subject)
    if (known) return known
    if ('evaluation' in mapping) throw new Error('nothing is asked')
    const { schema } = this.index
    const resolved = yield* resolve(mapping, subject, ++this.#serial, schema, question => this.#scoped(question))
    this.#mappings.resolved(mapped, subject, resolved)
    return resolved
  }

  #scoped(question: Question): Scoped {
    const key = scopeKey(question)
    const known = this.#remembers ? this.#memory.scopes.get(key) : undefined
    if (known) return known
    const scoped = scope(question, ++this.#serial, this.#candidates.find(question), this.#sliceOf)
    if (this.#remembers) this.#memory.scopes.set(key, scoped)
    return scoped
  }

  #recalled(resolved: Resolved, facts: Facts): Evaluation | undefined {
    if (!this.#remembersAnswers) return undefined
    return resolved.constant ? resolved.evaluation : this.#memory.variants.get(variantKey(resolved, facts))
  }

  #remember(resolved: Resolved, facts: Facts, evaluation: Evaluation): void {
    if (!this.#remembersAnswers || hasFailed(evaluation)) return
    if (resolved.constant) resolved.evaluation = evaluation
    // An instant does not come again.
    else if (!resolved.varies.now) this.#memory.variants.set(variantKey(resolved, facts), evaluation)
  }

  *#decide(resolved: Resolved, requestsDigest: string, target: Target, facts: Facts): Work<Evaluation> {
    const enforced = yield* this.#outcome(resolved, 'enforced', target, facts)
    const proposed = resolved.hasShadow ? yield* this.#outcome(resolved, 'proposed', target, facts) : undefined
    const shadow = proposed?.decision
    return frozen({
      decision: enforced.decision,
      requests: enforced.answers.map(withoutFailure),
      requestsDigest,
      obligations: this.#obligations(enforced.decision),
      ...(shadow ? { shadow } : {}),
    })
  }

  *#outcome({ asked: all }: Resolved, regime: Regime, target: Target, facts: Facts): Work<Outcome> {
    const answers: Answered[] = []
    for (const asked of all) {
      answers.push(this.#answer(asked, regime, target, facts))
      yield
    }
    const decision = fold(answers)
    if (decision.effect === 'allow' || isFailure(decision)) return { answers, decision }
    const refused = all.flatMap((asked, at) => {
      const answer = answers[at]
      return answer?.effect === 'deny' ? [{ asked, answer, matching: asked.scoped.matching[regime] }] : []
    })
    const denied = new Set(refused.map(({ asked }) => asked))
    const trial = (approval: Approval) => this.#trial(all, denied, regime, target, { ...facts, approval })
    return { answers, decision: yield* pendingOr(decision, refused, facts.now, trial) }
  }

  /** What is answered to those that were denied; `undefined` where not everything is allowed. */
  *#trial(
    all: readonly Asked[],
    denied: ReadonlySet<Asked>,
    regime: Regime,
    target: Target,
    facts: Facts,
  ): Work<readonly Answered[] | undefined> {
    const answers: Answered[] = []
    for (const asked of all) {
      const answer = this.#answer(asked, regime, target, facts)
      if (answer.effect === 'deny') return undefined
      if (denied.has(asked)) answers.push(answer)
      yield
    }
    return answers
  }

  /** The strictest value over all policies that determined the answer. */
  #obligations(decision: Decision): Evaluation['obligations'] {
    if (decision.effect !== 'allow' || this.#obliging.size === 0) return {}
    return strictest(decision.policies.flatMap(id => this.#obliging.get(id) ?? []))
  }

  #answer({ question, scoped }: Asked, regime: Regime, target: Target, facts: Facts): Answered {
    const slice = scoped.slices[regime]
    const about = { action: question.action, resource: question.resource }
    if (!slice) return { ...about, effect: 'deny', policies: [] }
    const { unread } = question.request
    const matching = scoped.matching[regime]
    if (unread !== undefined && looksAt(matching, unread.members)) {
      const denied = { ...about, effect: 'deny', policies: [] } as const
      // what nothing permits is denied whatever could have been read
      if (!matching.some(policy => policy.effect === 'permit')) return denied
      return { ...denied, failure: { reason: 'unresolved', detail: unread.detail } }
    }
    try {
      const request = cedarRequest(question, slice.reads, facts, target, this.index.schema)
      const { effect, policies, errors } = this.#ask(slice, scoped.serial, request)
      // Cedar skips a policy that errs, so its allow is not one.
      if (errors.length > 0) return { ...about, effect: 'deny', policies: effect === 'deny' ? policies : [], errors }
      return { ...about, effect, policies }
    } catch (error) {
      const invalid = error instanceof PolicyError && error.code === 'ERR_CEDAR_REQUEST'
      const detail = invalid ? `${about.action} on ${about.resource} does not fit the schema` : detailOf(error)
      return {
        ...about,
        effect: 'deny',
        policies: [],
        failure: { reason: invalid ? 'request_invalid' : 'engine_failed', detail },
      }
    }
  }

  /** The same question to the same slice has the same answer: who, what and of what are the scope's, the rest is the key. */
  #ask(slice: Slice, scope: number, request: CedarRequest): CedarAnswer {
    const { reads } = slice
    if (
      !this.#remembersAnswers ||
      reads === 'everything' ||
      reads.context.whole ||
      Object.hasOwn(reads.context.members, 'now')
    )
      return this.#slices.ask(slice, request)
    const { context, entities } = request
    // Parents of what is sent are the scope's too, except where the entities are sent as a graph.
    const rest = JSON.stringify([context, reads.graph ? entities : entities.map(({ attrs }) => attrs)])
    const key = `${slice.serial}/${scope}${rest}`
    const known = this.#memory.answers.get(key)
    if (known) return known
    const answer = this.#slices.ask(slice, request)
    this.#memory.answers.set(key, answer)
    return answer
  }

  #whole(regime: Regime): Slice {
    const policies = () => this.index.policies.filter(policy => regime === 'proposed' || !policy.shadow)
    return this.#slices.whole(regime, policies, this.index.authoringSchema)
  }
}

type Target = Parameters<typeof cedarRequest>[3]
type Approval = NonNullable<Facts['approval']>
interface Outcome {
  readonly answers: readonly Answered[]
  readonly decision: Decision
}

/**
 * Makes the engine of a repository. Slices are preparsed when they are first asked, so this costs a fresh instance of
 * Cedar, some 10 to 30 ms, however many policies there are.
 *
 * @param index what `indexPolicies` made of the same repository, here or in a worker
 * @throws PolicyError `ERR_INDEX` where it was made of another
 */
export function createEngine(
  repository: Repository,
  index: PolicyIndex = indexPolicies(repository),
  options: EngineOptions = {},
): PolicyEngine {
  if (index.digest !== repository.digest)
    throw new PolicyError<EngineCode>('ERR_INDEX', `index is of \`${index.digest}\`, not of \`${repository.digest}\``)
  return new PolicyEngine(repository, index, options)
}

/** Whether any policy's answer may depend on one of these members of the context. */
function looksAt(policies: readonly IndexedPolicy[], members: readonly string[]): boolean {
  return policies.some(({ reads: { context } }) => context.whole || members.some(name => member(context, name)))
}

function withoutFailure({ failure: _, ...answer }: Answered): RequestAnswer {
  return answer
}

/** Of an instance that died or a call that could not be made: another time it may go well. */
function isFailure(decision: Decision): boolean {
  return decision.effect === 'deny' && (decision.reason === 'engine_failed' || decision.reason === 'request_invalid')
}

function variantKey({ serial, varies }: Resolved, facts: Facts): string {
  return `${serial}${variant(varies, facts)}`
}

function hasFailed({ decision, shadow }: Evaluation): boolean {
  return isFailure(decision) || (shadow !== undefined && isFailure(shadow))
}

function failed(error: unknown): Evaluation {
  return settled(deny('engine_failed', detailOf(error))).evaluation
}

function detailOf(error: unknown): string {
  return `the engine failed: ${error instanceof Error ? error.message : String(error)}`
}
