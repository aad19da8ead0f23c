import type { DecisionBody, TrailEvent } from '@cedargate/policy-schema'
import { publish, show, type Theatre } from './theatre.ts'
import { activatedCommit } from './trail-tail.ts'

export type Decided = TrailEvent & DecisionBody
export const isDecided = (event: TrailEvent): event is Decided => event.kind === 'decision'

/** Something was asked of Cedar. What a client asks to find its way, and what ends a transaction, asks nothing. */
const asksSomething = ({ requests }: Decided) => requests?.length !== 0

/** Shows every decision of Cedar among the events; gives the last. */
export function showDecisions({ screen }: Theatre, events: readonly TrailEvent[]): Decided | undefined {
  const decisions = events.filter(isDecided).filter(asksSomething)
  for (const event of decisions) screen.decision(event)
  return decisions.at(-1)
}

/** What was expected, and what was decided by which policies. */
export interface Expected {
  readonly what: string
  readonly expect: 'allow' | 'deny' | 'pending'
  /** The policies that must have decided. */
  readonly by: readonly string[]
}

/** Holds a decision, and what the client was told, against what was expected. */
export function holdDecision(
  { expectations }: Theatre,
  { what, expect, by }: Expected,
  decision: Decided['decision'],
  told: boolean,
): void {
  expectations.hold(`${what}: ${expect}`, decision?.effect === expect)
  expectations.hold(`${what}: by ${by.join(', ')}`, same(decision?.policies, by))
  expectations.hold(`${what}: the client is told so`, told === (expect === 'allow'))
}

/**
 * Commits the play's change and waits until it is in force.
 *
 * @param meanwhile what holds all the while
 */
export async function publishChange(theatre: Theatre, meanwhile: string): Promise<void> {
  const { screen, repository, trail, play, expectations } = theatre
  const { change } = play
  screen.say('')
  repository.append(change.policies, change.policy)
  repository.append(change.tests, change.test)
  screen.command('git diff')
  screen.output(added(repository.git('diff', '--unified=0')))
  const commit = repository.commit(change.message)
  screen.command(`git commit -am '${change.message}'`)
  screen.output(repository.git('log', '--oneline'))
  await publish(theatre, repository)
  const inForce = await activatedCommit(trail)
  expectations.claim(`commit ${commit.slice(0, 7)} is in force, ${meanwhile}`, inForce === commit)
}

/** The trail, its replay, and a simulation over what was just recorded. */
export async function showTrail(theatre: Theatre): Promise<void> {
  const { screen, expectations, folders, trail, repository, play } = theatre
  screen.chapter('The trail: every line with the commit that was in force')
  const decided = trail.all().filter(isDecided)
  for (const event of decided.filter(asksSomething)) screen.trailLine(event)
  const others = decided.filter(event => !asksSomething(event)).length
  if (others > 0) screen.say(`and ${others} more that asked nothing of Cedar: how clients find their way`)
  screen.say('')
  await show(theatre, folders.base, ['sessions', 'list', 'trail'])
  const commits = new Set(decided.map(event => event.commit))
  expectations.claim(
    `decisions cite both commits`,
    same([...commits].sort(), repository.git('rev-list', 'HEAD').split('\n').sort()),
  )

  screen.chapter('Every decision again, from what was recorded')
  const args = ['trail', 'verify', 'trail', '--key', 'state/trail.pub', '--replay', '--repository', 'policies']
  await show(theatre, folders.base, args)

  screen.chapter('What would the change have done to those sessions?')
  const compare = ['simulate', 'policies', '--recordings', 'trail', '--base', 'HEAD~1', '--head', 'HEAD']
  const report = await show(theatre, folders.base, [...compare, '--fail-on', 'newly-allowed,error'])
  expectations.claim('the simulation names what it newly denies', report.includes(play.change.id))
}

/** The added lines of a diff. */
function added(diff: string): string {
  return diff
    .split('\n')
    .filter(line => /^\+(?!\+\+)./.test(line))
    .join('\n')
}

function same(given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  return given !== undefined && given.length === wanted.length && given.every((one, at) => one === wanted[at])
}
