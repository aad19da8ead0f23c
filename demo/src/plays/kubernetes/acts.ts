import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TrailEvent } from '@cedargate/policy-schema'
import { type Decided, holdDecision, isDecided, publishChange, showDecisions } from '../../acts.ts'
import { DemoError } from '../../errors.ts'
import type { KubernetesServer } from '../../targets/kubernetes/kubernetes.ts'
import type { Theatre } from '../../theatre.ts'
import type { Answer, Ask, Following, KubeClient } from './client.ts'
import { createPod, ownName } from './cluster.ts'
import { type AgentName, agents, change, open, type Scene, scenes } from './scenes.ts'

/** The cluster, and how an agent comes to it. */
export interface Work {
  readonly server: KubernetesServer
  /** What the clients are. */
  readonly about: string
  connect(theatre: Theatre, name: AgentName): Promise<KubeClient>
}

/** Each agent asks what its scenes say. */
export async function playScenes(theatre: Theatre, work: Work): Promise<void> {
  const { screen } = theatre
  screen.chapter('An agent, with its ordinary client')
  screen.say(`${work.about}; target and role stand in the path of its server, which is the gateway`)
  let last: AgentName | undefined
  for (const scene of scenes) {
    const client = await work.connect(theatre, scene.agent)
    if (scene.agent !== last) introduce(theatre, scene.agent)
    last = scene.agent
    await play(theatre, client, scene)
  }
  await claimCluster(theatre, work.server)
}

function introduce({ screen }: Theatre, name: AgentName): void {
  const { agent, role, task } = agents[name]
  screen.asks(`${agent} as ${role} on prod`, `for task ${task.kind} ${task.id}`)
}

async function play(theatre: Theatre, client: KubeClient, scene: Scene): Promise<void> {
  theatre.screen.asks(`${scene.agent}: ${scene.what}`, '')
  const { answer, decided } = await ask(theatre, client, scene.ask)
  holdDecision(theatre, scene, decided?.decision, answer.ok)
  if (scene.ask.do === 'exec' && answer.ok && decided !== undefined) await showCast(theatre, decided, answer)
}

async function ask(theatre: Theatre, client: KubeClient, what: Ask) {
  theatre.screen.told(client.typed(what))
  const answer = await client.ask(what)
  const decided = showDecisions(theatre, theatre.trail.since())
  theatre.screen.got(answer.text === '' ? 'done' : answer.text)
  return { answer, decided }
}

type CastClosed = Extract<TrailEvent, { kind: 'cast.closed' }>

/** What was kept of a terminal. */
async function showCast({ screen, expectations, trail, folders }: Theatre, { seq }: Decided, { text }: Answer) {
  const isIts = (event: TrailEvent): event is CastClosed => event.kind === 'cast.closed' && event.decisionSeq === seq
  const { path } = await trail.find(isIts, 'cast')
  screen.command(`cat trail/${path}`)
  const [head = '', ...events] = readFileSync(join(folders.trail, path), 'utf8').trimEnd().split('\n')
  screen.output([head, ...events].join('\n'))
  const printed = events.map(line => JSON.parse(line) as [number, string, string]).filter(([, code]) => code === 'o')
  const output = printed.map(([, , data]) => data).join('')
  expectations.claim('the cast holds what the command printed, for any player of asciicasts', output.trimEnd() === text)
}

/** What the cluster itself says of all that. */
async function claimCluster({ screen, expectations }: Theatre, server: KubernetesServer): Promise<void> {
  screen.say('')
  const { body } = await server.api.call('GET', '/apis/apps/v1/namespaces/shop/deployments/web')
  const [{ image }] = body.spec.template.spec.containers
  expectations.claim(
    `the deployment has ${body.spec.replicas} replicas of ${image}: what was allowed`,
    body.spec.replicas === 2 && image === 'registry.example.com/web:2',
  )
  const calls = await server.calls()
  const execs = calls.filter(({ uri }) => uri.includes('/exec'))
  expectations.claim(
    'the API server never heard of a command in kube-system, by its own log',
    execs.length > 0 && !execs.some(({ uri }) => uri.includes('/kube-system/')),
  )
  const own = calls.filter(({ user }) => user === ownName)
  expectations.claim(
    'the gateway itself asked for tokens, and for nothing else',
    own.length > 0 && own.every(({ uri }) => /\/serviceaccounts\/[a-z]+\/token(\?|$)/.test(uri)),
  )
}

/** A policy is added while a command runs, which it ends, and while pods are watched, which goes on. */
export async function changeUnderStreams(theatre: Theatre, work: Work): Promise<void> {
  const { screen, expectations } = theatre
  screen.chapter('A policy changes under a running command')
  screen.say('a command in a pod and a watch stay open all the while')
  const [debug, observe] = [await work.connect(theatre, 'debug'), await work.connect(theatre, 'observe')]
  screen.asks('debug: a command in a pod waits for what is typed', '')
  const command = await follow(theatre, debug, open.command, 'exec')
  command.type('still here\n')
  await command.until('still here')
  screen.got('still here')
  screen.asks('observe: meanwhile the pods are watched', '')
  const watch = await follow(theatre, observe, open.watch, 'watch')
  await watch.until('web-3')
  screen.got('web-1, web-2, web-3')

  await publishChange(theatre, 'command and watch were open all the while')
  const ended = await inTime(command.ended, 'the command')
  expectations.claim('the command has ended: the policy that was just committed forbids it', !ended.ok)
  screen.got(ended.text.split('\n').at(-1) ?? '')

  screen.asks('debug: tries again', '')
  const { answer, decided } = await ask(theatre, debug, { ...open.command, stdin: false })
  expectations.claim(
    'it is denied, by that policy',
    !answer.ok && decided?.decision?.policies.includes(change.id) === true,
  )
  await createPod(work.server, 'shop', 'web-4')
  await watch.until('web-4')
  expectations.claim('and the watch goes on: it has seen a new pod, web-4', true)
}

/** Begins what goes on, and shows the decisions up to the one that opened it. */
async function follow(theatre: Theatre, client: KubeClient, what: Ask, action: string): Promise<Following> {
  theatre.screen.told(client.typed(what))
  const following = await client.follow(what)
  const opens = (event: TrailEvent) =>
    isDecided(event) && event.requests?.some(request => request.action === `K8s::Action::"${action}"`) === true
  showDecisions(theatre, await theatre.trail.until(opens, `decision of ${action}`))
  return following
}

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>()
  const deadline = setTimeout(() => reject(new DemoError('ERR_DEMO_EXPECTATION', `${what} goes on`)), 60_000)
  try {
    return await Promise.race([promise, overdue])
  } finally {
    clearTimeout(deadline)
  }
}
