import type { Decision, DecisionBody, Evaluation, RequestAnswer, TrailEvent } from '@cedargate/policy-schema'
import { type Decider, decideAgain, type NotReplayable, type Outcome, recordedOutcome } from '../recording/decide.ts'
import type { Place, RecordedLine } from '../recording/read.ts'
import { createSessions } from '../recording/sessions.ts'
import { operationWords } from '../report/decisions.ts'
import { type Category, categories } from './categories.ts'
import { categorise } from './categorise.ts'

/** What recordings are decided by: a repository, or what they say themselves. */
export type Side = Decider | 'recorded'

/** Recorded operations that changed in the same way. */
export interface Group {
  readonly category: Category
  readonly role: string
  readonly target: string
  readonly requests: readonly Pick<RequestAnswer, 'action' | 'resource'>[]
  readonly before: Answer
  readonly after: Answer
  readonly count: number
  readonly example: Place & { readonly principal: string; readonly operation: string }
}
export type Answer = Decision | { readonly notReplayable: NotReplayable }

export interface Simulation {
  readonly counts: Readonly<Record<Category | 'error', number>>
  /** By category, then most frequent first; unchanged ones are only counted. */
  readonly groups: readonly Group[]
  /** Operations whose group is not listed, since there are too many. */
  readonly unlisted: number
  /** Operations that the shadow policies of the head would decide otherwise. */
  readonly shadow: number
  /** Lines that could not be read, at most 100. */
  readonly faults: readonly (Place & { readonly code: string; readonly message: string })[]
}

const maxGroups = 2000
const maxFaults = 100

/**
 * Decides every recorded operation by two sides and sorts the answers by what changed. Principal, role and approval are
 * those of the recording.
 *
 * @param lines read once, one at a time
 */
export async function simulate(lines: AsyncIterable<RecordedLine>, base: Side, head: Side): Promise<Simulation> {
  const sessions = createSessions()
  const counts = { ...(Object.fromEntries(categories.map(name => [name, 0])) as Record<Category, number>), error: 0 }
  const groups = new Map<string, Group & { count: number }>()
  const faults: Simulation['faults'][number][] = []
  let unlisted = 0
  let shadow = 0

  for await (const { file, line, ...read } of lines) {
    if ('fault' in read) {
      counts.error += 1
      if (faults.length < maxFaults) faults.push({ file, line, ...read.fault })
      continue
    }
    sessions.see(read.event)
    if (read.event.kind !== 'decision') continue
    const decide = (side: Side) => answer(side, read.event as TrailEvent & DecisionBody, sessions)
    const [before, after] = [decide(base), decide(head)]
    const category = categorise(before, after)
    counts[category] += 1
    if ('evaluation' in after && proposesOtherwise(after.evaluation)) shadow += 1
    if (category !== 'unchanged') group(read.event, { file, line }, category, before, after)
  }

  function group(event: TrailEvent & DecisionBody, place: Place, category: Category, before: Outcome, after: Outcome) {
    const found = {
      category,
      role: event.role,
      target: event.target,
      requests: requestsOf(after, before),
      before: answerOf(before),
      after: answerOf(after),
    }
    const key = JSON.stringify({ ...found, before: brief(found.before), after: brief(found.after) })
    const known = groups.get(key)
    if (known !== undefined) known.count += 1
    else if (groups.size >= maxGroups) unlisted += 1
    else {
      const principal = sessions.get(event.session)?.principal.id ?? event.session
      groups.set(key, {
        ...found,
        count: 1,
        example: { ...place, principal, operation: operationWords(event.operation, 160) },
      })
    }
  }

  return { counts, groups: [...groups.values()].sort(order), unlisted, shadow, faults }
}

function answer(side: Side, event: TrailEvent & DecisionBody, sessions: ReturnType<typeof createSessions>): Outcome {
  return side === 'recorded' ? recordedOutcome(event) : decideAgain(event, sessions.get(event.session), side)
}

function proposesOtherwise({ decision, shadow }: Evaluation): boolean {
  return shadow !== undefined && shadow.effect !== decision.effect
}

function answerOf(outcome: Outcome): Answer {
  return 'notReplayable' in outcome ? outcome : outcome.evaluation.decision
}

/** Without the sentence, which names the object once more. */
function brief(answer: Answer): unknown {
  return 'detail' in answer ? { ...answer, detail: undefined } : answer
}

function requestsOf(...outcomes: readonly Outcome[]): Group['requests'] {
  const found = outcomes.find(outcome => 'evaluation' in outcome)
  if (found === undefined || !('evaluation' in found)) return []
  return found.evaluation.requests.map(({ action, resource }) => ({ action, resource }))
}

function order(a: Group, b: Group): number {
  return categories.indexOf(a.category) - categories.indexOf(b.category) || b.count - a.count
}
