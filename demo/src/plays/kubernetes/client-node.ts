import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import {
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Status,
  Watch,
} from '@kubernetes/client-node'
import { type Answer, type Ask, type AskOf, type Clients, container, type KubeClient } from './client.ts'
import { Shown } from './shown.ts'

type Do = { readonly [D in Ask['do']]: (config: KubeConfig, ask: AskOf<D>) => Promise<string> }

const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
const strategic = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch)

/** Each ask by the client's own functions, and what to show of the answer. */
const deeds: Do = {
  async get(config, { namespace, resource, as }) {
    const core = (as === undefined ? config : impersonating(config, as)).makeApiClient(CoreV1Api)
    const { items } =
      resource === 'pods' ? await core.listNamespacedPod({ namespace }) : await core.listNamespacedSecret({ namespace })
    return items.map(({ metadata }) => metadata?.name ?? '').join('\n')
  },
  logs: async (config, { namespace, pod }) =>
    await config.makeApiClient(CoreV1Api).readNamespacedPodLog({ namespace, name: pod }),
  async scale(config, { namespace, deployment, replicas }) {
    const body = { spec: { replicas } }
    const apps = config.makeApiClient(AppsV1Api)
    await apps.patchNamespacedDeploymentScale({ namespace, name: deployment, body }, merge)
    return `deployment ${deployment} scaled`
  },
  async image(config, { namespace, deployment, image }) {
    const body = { spec: { template: { spec: { containers: [{ name: container, image }] } } } }
    const apps = config.makeApiClient(AppsV1Api)
    await apps.patchNamespacedDeployment({ namespace, name: deployment, body }, strategic)
    return `deployment ${deployment} has ${image}`
  },
  async exec(config, ask) {
    const { ended } = await execute(config, ask, new Shown())
    const { ok, text } = await ended
    if (!ok) throw new Error(text)
    return text
  },
}

/** The names of those functions. */
const names: { readonly [D in Ask['do']]: (ask: AskOf<D>) => string } = {
  get: ({ resource, namespace, as, watch }) =>
    `${watch === true ? 'watch' : 'list'} ${resource} in ${namespace}${as === undefined ? '' : ` as ${as}`}`,
  logs: ({ pod, namespace }) => `readNamespacedPodLog ${pod} in ${namespace}`,
  scale: ({ deployment, namespace, replicas }) =>
    `patchNamespacedDeploymentScale ${deployment} in ${namespace}: ${replicas} replicas`,
  image: ({ deployment, namespace, image }) => `patchNamespacedDeployment ${deployment} in ${namespace}: ${image}`,
  exec: ({ pod, namespace, command }) => `exec ${pod} in ${namespace}: ${command.join(' ')}`,
}

/** @param path where it finds `cedargate`, which hands it the token */
export function createClientNode(path: string): Clients {
  const open = new Set<() => void>()
  return {
    about: '@kubernetes/client-node, unchanged, since there is no kubectl here',
    program: 'kubectl',
    async create(kubeconfig): Promise<KubeClient> {
      const config = new KubeConfig()
      config.loadFromFile(kubeconfig)
      for (const { exec } of config.users) if (exec) exec.env = [{ name: 'PATH', value: path }]
      return {
        typed: ask => (names[ask.do] as (ask: Ask) => string)(ask),
        async ask(ask) {
          const deed = () => (deeds[ask.do] as Do['get'])(config, ask as AskOf<'get'>)
          try {
            return { ok: true, text: (await retryingOnConflict(deed)).trimEnd() }
          } catch (error) {
            return { ok: false, text: said(error) }
          }
        },
        async follow(ask) {
          const shown = new Shown()
          const following =
            ask.do === 'exec' ? await execute(config, ask, shown) : await watch(config, ask as AskOf<'get'>, shown)
          open.add(following.stop)
          return { ...following, until: wanted => shown.until(wanted) }
        },
      }
    },
    async close() {
      for (const stop of open) stop()
    },
  }
}

/** Somebody wrote in between, a controller for one: asked again, as kubectl does. */
async function retryingOnConflict<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act()
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 409 || attempt === 5) throw error
    }
  }
}

async function execute(config: KubeConfig, { namespace, pod, command, stdin }: AskOf<'exec'>, shown: Shown) {
  const [input, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  for (const output of [stdout, stderr]) output.setEncoding('utf8').on('data', (text: string) => shown.add(text))
  let status: V1Status | undefined
  const take = (given: V1Status) => {
    status = given
  }
  const socket = await new Exec(config).exec(
    ...[namespace, pod, container, [...command], stdout, stderr],
    ...[stdin === true ? input : null, false, take],
  )
  const ended = once(socket, 'close').then((): Answer => {
    shown.end()
    if (status === undefined) return { ok: false, text: 'the connection was closed' }
    return { ok: status.status === 'Success', text: shown.text.trimEnd() || (status.message ?? '') }
  })
  return { ended, type: (text: string) => void input.write(text), stop: () => socket.close() }
}

async function watch(config: KubeConfig, { namespace, resource }: AskOf<'get'>, shown: Shown) {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const controller = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/${resource}`,
    {},
    (type, object) => shown.add(`${type} ${object.metadata?.name}\n`),
    error => {
      shown.end()
      resolve(error === null ? { ok: true, text: shown.text } : { ok: false, text: said(error) })
    },
  )
  return { ended: promise, type: () => {}, stop: () => controller.abort() }
}

function impersonating(config: KubeConfig, user: string): KubeConfig {
  const other = new KubeConfig()
  other.loadFromString(config.exportConfig())
  other.users = other.users.map(each => ({ ...each, impersonateUser: user }))
  return other
}

/** The message of a `Status`, where the answer was one. */
function said(error: unknown): string {
  const { body, message } = error as { readonly body?: unknown; readonly message?: string }
  const status = typeof body === 'string' ? parsed(body) : body
  const told = (status as { readonly message?: string } | undefined)?.message
  return told ?? message ?? String(error)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no Status, but a text
  }
}
