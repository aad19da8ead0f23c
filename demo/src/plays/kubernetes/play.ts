import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cedargateProgram, mustCedargate } from '../../cedargate.ts'
import type { Play } from '../../play.ts'
import type { Folders } from '../../stage.ts'
import { type KubernetesServer, startKubernetes } from '../../targets/kubernetes/kubernetes.ts'
import { findProgram } from '../../targets/kubernetes/programs.ts'
import { show, type Theatre } from '../../theatre.ts'
import { changeUnderStreams, playScenes, type Work } from './acts.ts'
import type { Clients, KubeClient } from './client.ts'
import { createShop, ownName } from './cluster.ts'
import { findClients, findServers } from './programs.ts'
import { type AgentName, agents, change } from './scenes.ts'

/** A cluster with a shop, and agents that work on it by kubectl. */
export const kubernetesPlay: Play = {
  protocol: 'kubernetes',
  about: 'the cluster of the shop',
  agents,
  change,
  async build({ screen, folders, props }) {
    const workplace = createWorkplace(folders)
    const clients = await findClients(workplace)
    const { about, binaries } = findServers(workplace.cache)
    const server = await screen.step(`starting ${about}`, async () => {
      const started = await startKubernetes(binaries === undefined ? {} : { binaries })
      props.defer(() => started.stop())
      return started
    })
    props.defer(() => clients.close())
    await screen.step('creating the shop: a deployment and its pods', () => createShop(server))
    screen.say('its one node is a fake: it runs each pod as a program of this machine, and no controller makes others')
    screen.say(
      'each role’s service account may do everything there: what is denied below, policy denies; ' +
        'the gateway’s own account may ask for their tokens, and for nothing else',
    )
    await createOwnCertificate(folders, server)
    const work = { server, about: clients.about, connect: connector(clients) }
    return {
      targets: [
        [
          /^ +server: .*$/m,
          `    server: https://127.0.0.1:${server.port}\n    tls: { ca: ${JSON.stringify(server.ca)} }`,
        ],
      ],
      credentials: {
        'prod-cluster': { certificate: 'keys/cluster.crt', key: 'keys/cluster.key', hosts: ['127.0.0.1'] },
      },
      playScenes: theatre => playScenes(theatre, work),
      playChange: theatre => changeUnderStreams(theatre, work),
      invite: theatre => invite(theatre, clients, workplace.bin),
    }
  },
}

/** Clients ask `cedargate` for the token, wherever it is installed. */
function createWorkplace({ base }: Folders) {
  const bin = join(base, 'bin')
  mkdirSync(bin)
  mkdirSync(join(base, 'tokens'), { mode: 0o700 })
  const file = join(bin, 'cedargate')
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${cedargateProgram}' "$@"\n`)
  chmodSync(file, 0o755)
  return { home: base, bin, path: `${bin}${delimiter}${process.env.PATH ?? ''}`, cache: join(base, 'programs') }
}

/** As whom the gateway asks for tokens. */
async function createOwnCertificate({ keys }: Folders, server: KubernetesServer): Promise<void> {
  const { certPem, keyPem } = await server.issue(ownName, 'gateways')
  writeFileSync(join(keys, 'cluster.crt'), certPem, { mode: 0o600 })
  writeFileSync(join(keys, 'cluster.key'), keyPem, { mode: 0o600 })
}

/** One client for each agent. */
function connector(clients: Clients): Work['connect'] {
  const known = new Map<AgentName, Promise<KubeClient>>()
  return (theatre, name) => {
    const client = known.get(name) ?? createClient(theatre, clients, name)
    known.set(name, client)
    return client
  }
}

/** A client of one agent, with a kubeconfig of its own; the first one is made in view. */
async function createClient(theatre: Theatre, clients: Clients, name: AgentName): Promise<KubeClient> {
  const { folders, gateway, tokens } = theatre
  writeFileSync(join(folders.base, 'tokens', name), tokens[name] ?? '', { mode: 0o600 })
  const args = [
    ...['kubeconfig', '--gateway', `localhost:${gateway.port}`, '--target', 'prod', '--role', agents[name].role],
    ...['--ca', 'keys/ca.pem', '--token-file', `tokens/${name}`, '-o', `${name}.kubeconfig`],
  ]
  if (name === 'observe') await show(theatre, folders.base, args)
  else await mustCedargate(folders.base, args)
  return await clients.create(join(folders.base, `${name}.kubeconfig`))
}

function invite({ screen, folders }: Theatre, { program }: Clients, bin: string): void {
  screen.say('the gateway stays up; with kubectl, in another terminal:')
  screen.command(`export PATH=${bin}:$PATH   # kubectl asks \`cedargate\` for the token`)
  const typed = program === findProgram('kubectl') ? 'kubectl' : program
  for (const line of ['observe get pods -n shop', 'scaling scale deployment/web --replicas=5 -n shop']) {
    const [name, ...words] = line.split(' ')
    screen.command(`${typed} --kubeconfig ${folders.base}/${name}.kubeconfig ${words.join(' ')}`)
  }
}
