import type { DecisionBody, TrailEvent } from '@cedargate/policy-schema'
import type { Agent, Answer } from './agent.ts'
import { type AgentName, agents, change, prepared, type Scene, scenes } from './scenes.ts'
import { publish, show, type Theatre } from './theatre.ts'
import { activatedCommit } from './trail-tail.ts'

type Decided = TrailEvent & DecisionBody
const isDecided = (event: TrailEvent): event is Decided => event.kind === 'decision'

/** Each agent sends what its scenes say; each decision is shown as it reaches the trail. */
export async function playScenes(theatre: Theatre): Promise<void> {
  const { screen, expectations, target } = theatre
  screen.chapter('An agent, with its ordinary client')
  screen.say(
    'node-postgres, unchanged; the user name is role@target, the password a token, and the server is the gateway',
  )
  const sessions = new Map<AgentName, Agent>()
  for (const scene of scenes) {
    const session = sessions.get(scene.agent) ?? (await open(theatre, scene.agent))
    sessions.set(scene.agent, session)
    await play(theatre, session, scene)
  }
  screen.say('')
  const log = await target.log()
  const [row] = await target.query('SELECT count(*)::int AS events FROM audit.events', { database: 'orders' })
  expectations.claim('the audit schema still stands', row?.events === 120)
  expectations.claim('the server never saw the DROP, by its own log', !log.includes('DROP TABLE audit.events'))
  expectations.claim('nor the hidden DELETE', !log.includes('DELETE FROM orders'))
}

/** Opens a session and shows its `connect` decision. */
async function open(theatre: Theatre, name: AgentName): Promise<Agent> {
  const { screen, trail } = theatre
  const { agent, role, task } = agents[name]
  screen.asks(`${agent} logs in as ${role}@orders-db`, `for task ${task.kind} ${task.id}`)
  const session = await theatre.connect(name)
  const events = await trail.until(event => isDecided(event) && event.operation.kind === 'connect', 'connect decision')
  showDecisions(theatre, events)
  return session
}

async function play(theatre: Theatre, session: Agent, scene: Scene): Promise<void> {
  const { screen, expectations, trail } = theatre
  screen.asks(`${scene.agent}: ${scene.what}`, '')
  screen.sql(scene.sql)
  const answer = await session.ask(scene.sql)
  const events = await trail.until(event => isDecided(event) && event.operation.kind === 'query', 'decision')
  const decision = showDecisions(theatre, events)
  screen.got(...told(answer))
  expectations.hold(`${scene.what}: ${scene.expect}`, decision?.effect === scene.expect)
  expectations.hold(`${scene.what}: by ${scene.by.join(', ')}`, same(decision?.policies, scene.by))
  expectations.hold(`${scene.what}: the client is told so`, answer.ok === (scene.expect === 'allow'))
}

/** A policy is added under an open session, and the statement prepared before is denied. */
export async function changePolicies(theatre: Theatre): Promise<void> {
  const { screen, expectations, repository, folders, trail } = theatre
  screen.chapter('A policy changes under an open session')
  screen.say('the session stays open all the while, and its statement was prepared under the policies of before')
  const session = await open(theatre, 'reporting')
  screen.asks('reporting: prepares a statement and executes it', '')
  screen.sql(`${prepared.sql}   -- $1 = ${prepared.parameters.join(', ')}`)
  const before = await execute(theatre, session)
  expectations.hold('the prepared statement is allowed at first', before.ok)

  screen.say('')
  repository.append(change.policies, change.policy)
  repository.append(change.tests, change.test)
  screen.command('git diff')
  screen.output(added(repository.git('diff', '--unified=0')))
  const commit = repository.commit(change.message)
  screen.command(`git commit -am '${change.message}'`)
  screen.output(repository.git('log', '--oneline'))
  await publish(screen, expectations, folders, repository)
  const inForce = await activatedCommit(trail)
  expectations.claim(`commit ${commit.slice(0, 7)} is in force, the session is still open`, inForce === commit)

  screen.asks('reporting: executes the same prepared statement again', '')
  const after = await execute(theatre, session)
  expectations.claim(
    'it is denied now, with the reason that was just committed',
    !after.ok && after.message.includes('the books are being closed'),
  )
  const other = await session.ask('SELECT 1 AS still_here')
  showDecisions(theatre, await trail.until(event => isDecided(event) && event.operation.kind === 'query', 'decision'))
  expectations.claim('and the session goes on', other.ok)
}

async function execute(theatre: Theatre, session: Agent): Promise<Answer> {
  const answer = await session.askPrepared(prepared.name, prepared.sql, prepared.parameters)
  const events = await theatre.trail.until(event => isDecided(event) && event.operation.kind === 'execute', 'decision')
  showDecisions(theatre, events)
  theatre.screen.got(...told(answer))
  return answer
}

/** The trail, its replay, and a simulation over what was just recorded. */
export async function showTrail({ screen, expectations, folders, trail, repository }: Theatre): Promise<void> {
  screen.chapter('The trail: every line with the commit that was in force')
  const events = trail.all()
  for (const event of events.filter(isDecided)) screen.trailLine(event)
  const commits = new Set(events.filter(isDecided).map(event => event.commit))
  expectations.claim(
    `decisions cite both commits`,
    same([...commits].sort(), repository.git('rev-list', 'HEAD').split('\n').sort()),
  )

  screen.chapter('Every decision again, from what was recorded')
  const args = ['trail', 'verify', 'trail', '--key', 'state/trail.pub', '--replay', '--repository', 'policies']
  await show(screen, expectations, folders.base, args)

  screen.chapter('What would the change have done to those sessions?')
  const compare = ['simulate', 'policies', '--recordings', 'trail', '--base', 'HEAD~1', '--head', 'HEAD']
  const report = await show(screen, expectations, folders.base, [...compare, '--fail-on', 'newly-allowed,error'])
  expectations.claim('the simulation names what it newly denies', report.includes(change.id))
}

/** Shows every decision among the events; gives the last. */
function showDecisions({ screen }: Theatre, events: readonly TrailEvent[]): Decided['decision'] {
  const decisions = events.filter(isDecided)
  for (const event of decisions) screen.decision(event)
  return decisions.at(-1)?.decision
}

function told(answer: Answer): readonly [answer: string, more: string | undefined] {
  if (!answer.ok) return [`ERROR ${answer.sqlstate}: ${answer.message}`, answer.hint]
  const shown = answer.rows.slice(0, 3).map(row => Object.values(row).join(' | '))
  return [shown.length === 0 ? 'done' : shown.join(', '), undefined]
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
