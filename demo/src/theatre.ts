import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCedargate } from './cedargate.ts'
import type { Expectations } from './expectations.ts'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import type { Play, Scenery } from './play.ts'
import { createPolicyRepository, type PolicyRepository } from './policy-repository.ts'
import type { Screen } from './screen.ts'
import {
  adaptTemplate,
  audience,
  createFolders,
  createKeys,
  type Folders,
  signTokens,
  writeGatewayConfig,
} from './stage.ts'
import { activatedCommit, createTrailTail, type TrailTail } from './trail-tail.ts'

/** What the demo is built on. */
export interface Ground {
  readonly screen: Screen
  readonly expectations: Expectations
  readonly folders: Folders
  /** Takes down what is put on it, the last first. */
  readonly props: AsyncDisposableStack
  /** Aborted once the viewer has had enough: nothing is waited for any longer. */
  readonly interrupted: AbortSignal
}

/** Everything that the demo plays with. */
export interface Theatre extends Ground {
  readonly play: Play
  readonly scenery: Scenery
  readonly repository: PolicyRepository
  readonly gateway: GatewayProcess
  readonly trail: TrailTail
  /** By the names of the play's agents. */
  readonly tokens: { readonly [agent: string]: string }
}

/** Builds it up in view of the audience; `props` takes it down again. */
export async function createTheatre(play: Play, bare: Omit<Ground, 'folders'>): Promise<Theatre> {
  const { screen, expectations, props, interrupted } = bare
  const folders = createFolders()
  props.defer(() => folders.remove())
  const ground: Ground = { ...bare, folders }

  screen.chapter('A target that an agent may ruin')
  const scenery = await play.build(ground)

  screen.chapter('Policies in git')
  await screen.step('making keys', () => createKeys(folders))
  const repository = await createPolicies(ground, play, scenery)

  screen.chapter('A signed bundle, and a gateway that trusts its key')
  await publish(ground, repository)
  const config = writeGatewayConfig(folders, play, scenery)
  screen.command('cedargate gateway --config gateway.yaml')
  const log = join(folders.base, 'gateway.log')
  const gateway = await screen.step('starting it', async () => {
    const started = await startGatewayProcess(config, log, play.protocol)
    props.defer(() => started.stop())
    return started
  })
  const trail = createTrailTail(folders.trail, interrupted)
  const activated = await activatedCommit(trail)
  const commit = repository.git('rev-parse', 'HEAD')
  expectations.claim(`the policies of commit ${commit.slice(0, 7)} are in force`, activated === commit)

  const tokens = await screen.step('signing tokens for the agents', () => signTokens(folders, play))
  return { ...ground, play, scenery, repository, gateway, trail, tokens }
}

async function createPolicies(ground: Ground, play: Play, scenery: Scenery): Promise<PolicyRepository> {
  const { screen, folders } = ground
  await show(ground, folders.base, ['init', 'policies', '--template', play.protocol], { lines: 1 })
  mkdirSync(folders.policies, { recursive: true })
  const repository = createPolicyRepository(folders.policies)
  adaptTemplate(repository, scenery, folders)
  const message = `Policies for ${play.about}`
  repository.commit(message)
  screen.command(`git init -b main && git add . && git commit -m "${message}"`)
  screen.output(repository.git('log', '--oneline'))
  for (const check of ['lint', 'test']) await show(ground, folders.policies, [check], { lastLines: 1 })
  return repository
}

/** Builds and signs what is committed, into the folder that the gateway watches. */
export async function publish(ground: Ground, repository: PolicyRepository): Promise<void> {
  const output = `bundles/${repository.git('rev-parse', '--short', 'HEAD')}.bundle`
  const args = ['bundle', 'build', 'policies', '--audience', audience, '--key', 'keys/bundle.key', '-o', output]
  await show(ground, ground.folders.base, args)
}

/** Runs the tool in view: the command, its output, and that it succeeded. */
export async function show(
  { screen, expectations }: Ground,
  folder: string,
  args: readonly string[],
  { lines, lastLines, code = 0 }: { readonly lines?: number; readonly lastLines?: number; readonly code?: number } = {},
): Promise<string> {
  const line = `cedargate ${args.map(arg => (/^[\w./:=-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')}`
  screen.command(line)
  const ran = await runCedargate(folder, args, screen.color)
  const all = ran.output.split('\n')
  const held = ran.code === code
  screen.output((held ? all.slice(lastLines === undefined ? 0 : -lastLines, lines) : all).join('\n'))
  expectations.hold(`\`${line}\` ends with code ${code}, not ${ran.code}`, held)
  return ran.output
}
