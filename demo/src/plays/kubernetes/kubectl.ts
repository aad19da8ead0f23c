import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type Answer, type Ask, type AskOf, type Clients, container, type Following } from './client.ts'
import { Shown } from './shown.ts'

/** What a person would type behind `kubectl`. */
const words: { readonly [D in Ask['do']]: (ask: AskOf<D>) => readonly string[] } = {
  get: ({ resource, namespace, as, watch }) => [
    ...['get', resource, '-n', namespace],
    ...(watch === true ? ['--watch'] : []),
    ...(as === undefined ? [] : [`--as=${as}`]),
  ],
  logs: ({ pod, namespace }) => ['logs', pod, '-n', namespace],
  scale: ({ deployment, namespace, replicas }) => [
    'scale',
    `deployment/${deployment}`,
    ...[`--replicas=${replicas}`, '-n', namespace],
  ],
  image: ({ deployment, namespace, image }) => [
    ...['set', 'image', `deployment/${deployment}`],
    ...[`${container}=${image}`, '-n', namespace],
  ],
  exec: ({ pod, namespace, command, stdin }) => [
    ...['exec', ...(stdin === true ? ['-i'] : []), pod, '-n', namespace],
    ...['--', ...command],
  ],
}
const toWords = (ask: Ask) => (words[ask.do] as (ask: Ask) => readonly string[])(ask)

/** Its version, where the program runs at all. */
export function kubectlVersion(program: string): string | undefined {
  const ran = spawnSync(program, ['version', '--client', '--output=json'], { encoding: 'utf8', timeout: 20_000 })
  return /"gitVersion": "([^"]+)"/.exec(ran.stdout ?? '')?.[1]
}

export interface Kubectl {
  readonly about: string
  readonly program: string
  /** Keeps what it remembers of a server. */
  readonly home: string
  /** Where it finds `cedargate`, which hands it the token. */
  readonly path: string
}

export function createKubectl({ about, program, home, path }: Kubectl): Clients {
  const running = new Set<ChildProcess>()
  const start = (kubeconfig: string, ask: Ask) => {
    const env = { PATH: path, HOME: home, KUBECONFIG: kubeconfig, LC_ALL: 'C' }
    const child = spawn(program, toWords(ask), { env, cwd: home, stdio: 'pipe' })
    const kill = () => void child.kill('SIGKILL')
    running.add(child)
    process.once('exit', kill)
    child.stdin.on('error', () => {}) // it need not read its input
    const ended = once(child, 'close').finally(() => {
      running.delete(child)
      process.off('exit', kill)
    })
    return { child, ...reading(child, ended as Promise<[number | null]>) }
  }
  return {
    about,
    program,
    async create(kubeconfig) {
      return {
        typed: ask => `kubectl ${toWords(ask).join(' ')}`,
        ask(ask) {
          const { child, ended } = start(kubeconfig, ask)
          child.stdin.end()
          return ended
        },
        async follow(ask) {
          const { child, until, ended } = start(kubeconfig, ask)
          return { until, ended, type: text => void child.stdin.write(text) }
        },
      }
    },
    async close() {
      const all = [...running].map(child => once(child, 'close'))
      for (const child of running) child.kill('SIGKILL')
      await Promise.all(all)
    },
  }
}

function reading(child: ChildProcess, closed: Promise<[number | null]>): Pick<Following, 'until' | 'ended'> {
  const shown = new Shown()
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (text: string) => shown.add(text))
  const ended = closed.then(([code]): Answer => {
    shown.end()
    return { ok: code === 0, text: shown.text.trimEnd() }
  })
  return { until: text => shown.until(text), ended }
}
