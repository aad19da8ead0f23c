import { canonicalJson, type DecisionBody, type Evaluation, type TrailEvent } from '@cedargate/policy-schema'
import type { Commits } from './commits.ts'
import { decideAgain, type NotReplayable, recordedOutcome } from './decide.ts'
import type { Place } from './read.ts'
import { createSessions } from './sessions.ts'

/** A recorded decision that does not come out again. */
export interface ReplayFinding extends Place {
  readonly code:
    | 'ERR_REPLAY_MAPPING' // the operation now asks Cedar something else: the mapping changed
    | 'ERR_REPLAY_DECISION' // the same was asked and the answer differs: the recorded decision is false
    | 'ERR_REPLAY_CONTENT' // the commit does not hold what the bundle held
    | 'ERR_REPLAY_COMMIT' // the commit cannot be had from the repository, so nothing of it was replayed
  readonly message: string
  readonly recorded: unknown
  readonly derived: unknown
}

export interface ReplayReport {
  /** Lines of kind `decision`. */
  readonly decisions: number
  /** Of those, the ones in which the engine had decided. */
  readonly decided: number
  readonly replayed: number
  readonly equal: number
  readonly changedMapping: number
  readonly falseDecisions: number
  readonly notReplayable: Readonly<Partial<Record<NotReplayable, number>>>
  readonly commits: readonly string[]
  /** At most 100. */
  readonly findings: readonly ReplayFinding[]
}

const maxFindings = 100

export interface Replayer {
  event(event: TrailEvent, place: Place): Promise<void>
  report(): ReplayReport
}

/** Decides every recorded operation again at the commit that its line cites. */
export function createReplayer(commits: Commits): Replayer {
  const sessions = createSessions()
  const counts = { decisions: 0, decided: 0, replayed: 0, equal: 0, changedMapping: 0, falseDecisions: 0 }
  const notReplayable: Partial<Record<NotReplayable, number>> = {}
  const cited = new Set<string>()
  const findings: ReplayFinding[] = []
  const strangers = new Set<string>()
  /** Of the commits that were replayed: what they hold. */
  const digests = new Map<string, string>()
  /** What lines say that a commit held, and the first that says so. */
  const bundles = new Map<string, Map<string, Place>>()
  const find = (finding: ReplayFinding) => {
    if (findings.length < maxFindings) findings.push(finding)
  }

  async function replay(event: TrailEvent & DecisionBody, place: Place): Promise<void> {
    counts.decisions += 1
    if (event.decision !== undefined) counts.decided += 1
    const outcome = await again(event, place)
    if ('notReplayable' in outcome) {
      notReplayable[outcome.notReplayable] = (notReplayable[outcome.notReplayable] ?? 0) + 1
      return
    }
    counts.replayed += 1
    const recorded = recordedOutcome(event)
    if ('notReplayable' in recorded) return
    const verdict = compare(recorded.evaluation, outcome.evaluation)
    counts[verdict.count] += 1
    if (verdict.finding !== undefined) find({ ...place, ...verdict.finding })
  }

  async function again(event: TrailEvent & DecisionBody, place: Place) {
    const recorded = recordedOutcome(event)
    if ('notReplayable' in recorded) return recorded
    cited.add(event.commit)
    const decider = await commits.at(event.commit)
    if (typeof decider === 'string') {
      missing(event.commit, decider, place)
      return { notReplayable: decider }
    }
    digests.set(event.commit, decider.repository.digest)
    compareContent(event.commit)
    return decideAgain(event, sessions.get(event.session), decider)
  }

  /** Decisions cite their commit; what it held then stands on the other lines of the same chain. */
  function compareContent(commit: string): void {
    const digest = digests.get(commit)
    if (digest === undefined) return
    for (const [bundle, place] of bundles.get(commit) ?? []) {
      if (bundle === digest || strangers.has(`${commit} ${bundle}`)) continue
      strangers.add(`${commit} ${bundle}`)
      find({
        ...place,
        code: 'ERR_REPLAY_CONTENT',
        message: `the policies in force were not those of commit \`${commit.slice(0, 12)}\``,
        recorded: bundle,
        derived: digest,
      })
    }
  }

  function noteContent({ commit, bundle }: TrailEvent, place: Place): void {
    if (bundle === undefined) return
    const known = bundles.get(commit) ?? new Map<string, Place>()
    if (known.has(bundle)) return
    bundles.set(commit, known.set(bundle, place))
    compareContent(commit)
  }

  /** Once for each commit: what was asked for could not be done, and silence would pass for a proof. */
  function missing(commit: string, why: NotReplayable, place: Place): void {
    if (strangers.has(commit)) return
    strangers.add(commit)
    const message =
      why === 'no_commit'
        ? `commit \`${commit.slice(0, 12)}\` is not in the repository, next: fetch it, or name its repository with --repository`
        : `the policies of commit \`${commit.slice(0, 12)}\` are not valid for this version, next: replay with the version of then`
    find({ ...place, code: 'ERR_REPLAY_COMMIT', message, recorded: commit, derived: why })
  }

  return {
    async event(event, place) {
      sessions.see(event)
      noteContent(event, place)
      if (event.kind === 'decision') await replay(event, place)
    },
    report: () => ({ ...counts, notReplayable, commits: [...cited].sort(), findings }),
  }
}

/** Operation → requests and requests → decision apart, so that a changed mapping is not taken for a false decision. */
function compare(recorded: Evaluation, derived: Evaluation) {
  if (recorded.requestsDigest !== derived.requestsDigest)
    return {
      count: 'changedMapping',
      finding: {
        code: 'ERR_REPLAY_MAPPING',
        message: 'the operation maps to other requests now',
        recorded: recorded.requestsDigest,
        derived: derived.requestsDigest,
      },
    } as const
  if (canonicalJson(recorded) === canonicalJson(derived)) return { count: 'equal', finding: undefined } as const
  return {
    count: 'falseDecisions',
    finding: {
      code: 'ERR_REPLAY_DECISION',
      message: 'the recorded decision does not follow from the policies of its commit',
      recorded,
      derived,
    },
  } as const
}
