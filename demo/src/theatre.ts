import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Agent, connectAgent, type GatewayAddress } from './agent.ts'
import { runCedargate } from './cedargate.ts'
import type { Expectations } from './expectations.ts'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import { createPolicyRepository, type PolicyRepository } from './policy-repository.ts'
import { type AgentName, agents } from './scenes.ts'
import type { Screen } from './screen.ts'
import {
  adaptTemplate,
  audience,
  createFolders,
  createKeys,
  createPasswords,
  type Folders,
  readCertificateAuthority,
  signTokens,
  writeGatewayConfig,
} from './stage.ts'
import { createOrdersDatabase } from './targets/orders-database.ts'
import { type PostgresServer, startPostgres } from './targets/postgres.ts'
import { activatedCommit, createTrailTail, type TrailTail } from './trail-tail.ts'

/** Everything that the demo plays with. */
export interface Theatre {
  readonly screen: Screen
  readonly expectations: Expectations
  readonly folders: Folders
  readonly target: PostgresServer
  readonly repository: PolicyRepository
  readonly gateway: GatewayProcess
  readonly trail: TrailTail
  readonly tokens: { readonly [name in AgentName]: string }
  /** Opens a session through the gateway; closed with the theatre. */
  connect(name: AgentName): Promise<Agent>
}

/** Builds it up in view of the audience; `props` takes it down again. */
export async function createTheatre(
  screen: Screen,
  expectations: Expectations,
  props: AsyncDisposableStack,
): Promise<Theatre> {
  const folders = createFolders()
  props.defer(() => folders.remove())
  const passwords = createPasswords(folders)

  screen.chapter('A target that an agent may ruin')
  const target = await screen.step('starting a real PostgreSQL, from npm', () => startPostgres())
  props.defer(() => target.stop())
  await screen.step('creating customers, orders, payments and an audit schema', () =>
    createOrdersDatabase(target, passwords),
  )
  screen.say('each database login may do everything there: what is denied below, policy denies')

  screen.chapter('Policies in git')
  await screen.step('making keys', () => createKeys(folders))
  const repository = await createPolicies(screen, expectations, folders, target)

  screen.chapter('A signed bundle, and a gateway that trusts its key')
  await publish(screen, expectations, folders, repository)
  const config = writeGatewayConfig(folders)
  screen.command('cedargate gateway --config gateway.yaml')
  const gateway = await screen.step('starting it', () => startGatewayProcess(config, join(folders.base, 'gateway.log')))
  props.defer(() => gateway.stop())
  const trail = createTrailTail(folders.trail)
  const activated = await activatedCommit(trail)
  const commit = repository.git('rev-parse', 'HEAD')
  expectations.claim(`the policies of commit ${commit.slice(0, 7)} are in force`, activated === commit)

  const tokens = await screen.step('signing tokens for the agents', () => signTokens(folders))
  const address: GatewayAddress = { host: 'localhost', port: gateway.port, ca: readCertificateAuthority(folders) }
  const connect = async (name: AgentName) => {
    const who = { role: agents[name].role, target: 'orders-db', database: 'orders', token: tokens[name] }
    const agent = await connectAgent(address, who)
    props.defer(() => agent.close())
    return agent
  }
  return { screen, expectations, folders, target, repository, gateway, trail, tokens, connect }
}

async function createPolicies(
  screen: Screen,
  expectations: Expectations,
  folders: Folders,
  target: PostgresServer,
): Promise<PolicyRepository> {
  await show(screen, expectations, folders.base, ['init', 'policies', '--template', 'postgres'], { lines: 1 })
  mkdirSync(folders.policies, { recursive: true })
  const repository = createPolicyRepository(folders.policies)
  adaptTemplate(repository, target, folders)
  repository.commit('Policies for the orders database')
  screen.command('git init -b main && git add . && git commit -m "Policies for the orders database"')
  screen.output(repository.git('log', '--oneline'))
  for (const check of ['lint', 'test']) await show(screen, expectations, folders.policies, [check], { lastLines: 1 })
  return repository
}

/** Builds and signs what is committed, into the folder that the gateway watches. */
export async function publish(
  screen: Screen,
  expectations: Expectations,
  folders: Folders,
  repository: PolicyRepository,
): Promise<void> {
  const output = `bundles/${repository.git('rev-parse', '--short', 'HEAD')}.bundle`
  const args = ['bundle', 'build', 'policies', '--audience', audience, '--key', 'keys/bundle.key', '-o', output]
  await show(screen, expectations, folders.base, args)
}

/** Runs the tool in view: the command, its output, and that it succeeded. */
export async function show(
  screen: Screen,
  expectations: Expectations,
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
