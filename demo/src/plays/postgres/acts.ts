import { type Decided, holdDecision, isDecided, publishChange, showDecisions } from '../../acts.ts'
import type { PostgresServer } from '../../targets/postgres.ts'
import type { Theatre } from '../../theatre.ts'
import type { Agent, Answer } from './agent.ts'
import { type AgentName, agents, prepared, type Scene, scenes } from './scenes.ts'

type Connect = (name: AgentName) => Promise<Agent>

/** Each agent sends what its scenes say. */
export async function playScenes(theatre: Theatre, target: PostgresServer, connect: Connect): Promise<void> {
  const { screen, expectations } = theatre
  screen.chapter('An agent, with its ordinary client')
  screen.say(
    'node-postgres, unchanged; the user name is role@target, the password a token, and the server is the gateway',
  )
  const sessions = new Map<AgentName, Agent>()
  for (const scene of scenes) {
    const session = sessions.get(scene.agent) ?? (await open(theatre, scene.agent, connect))
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
async function open(theatre: Theatre, name: AgentName, connect: Connect): Promise<Agent> {
  const { agent, role, task } = agents[name]
  theatre.screen.asks(`${agent} logs in as ${role}@orders-db`, `for task ${task.kind} ${task.id}`)
  const session = await connect(name)
  await decided(theatre, 'connect')
  return session
}

async function play(theatre: Theatre, session: Agent, scene: Scene): Promise<void> {
  const { screen } = theatre
  screen.asks(`${scene.agent}: ${scene.what}`, '')
  screen.told(scene.sql)
  const answer = await session.ask(scene.sql)
  const decision = await decided(theatre, 'query')
  screen.got(...got(answer))
  holdDecision(theatre, scene, decision, answer.ok)
}

/** A policy is added under an open session, and the statement prepared before is denied. */
export async function changeUnderSession(theatre: Theatre, connect: Connect): Promise<void> {
  const { screen, expectations } = theatre
  screen.chapter('A policy changes under an open session')
  screen.say('the session stays open all the while, and its statement was prepared under the policies of before')
  const session = await open(theatre, 'reporting', connect)
  screen.asks('reporting: prepares a statement and executes it', '')
  screen.told(`${prepared.sql}   -- $1 = ${prepared.parameters.join(', ')}`)
  const before = await execute(theatre, session)
  expectations.hold('the prepared statement is allowed at first', before.ok)

  await publishChange(theatre, 'the session is still open')

  screen.asks('reporting: executes the same prepared statement again', '')
  const after = await execute(theatre, session)
  expectations.claim(
    'it is denied now, with the reason that was just committed',
    !after.ok && after.message.includes('the books are being closed'),
  )
  const other = await session.ask('SELECT 1 AS still_here')
  await decided(theatre, 'query')
  expectations.claim('and the session goes on', other.ok)
}

async function execute(theatre: Theatre, session: Agent): Promise<Answer> {
  const answer = await session.askPrepared(prepared.name, prepared.sql, prepared.parameters)
  await decided(theatre, 'execute')
  theatre.screen.got(...got(answer))
  return answer
}

/** Shows the decisions up to the next one of a kind, which it gives. */
async function decided(theatre: Theatre, kind: string): Promise<Decided['decision']> {
  const isIt = (event: Parameters<typeof isDecided>[0]) => isDecided(event) && event.operation.kind === kind
  return showDecisions(theatre, await theatre.trail.until(isIt, `${kind} decision`))?.decision
}

function got(answer: Answer): readonly [answer: string, more: string | undefined] {
  if (!answer.ok) return [`ERROR ${answer.sqlstate}: ${answer.message}`, answer.hint]
  const shown = answer.rows.slice(0, 3).map(row => Object.values(row).join(' | '))
  return [shown.length === 0 ? 'done' : shown.join(', '), undefined]
}
