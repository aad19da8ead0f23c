import { changePolicies, playScenes, showTrail } from './acts.ts'
import { createExpectations } from './expectations.ts'
import { createScreen } from './screen.ts'
import { writePasswordFile } from './stage.ts'
import { createTheatre, type Theatre } from './theatre.ts'

export interface DemoOptions {
  /** End after the script; otherwise it stays up until SIGINT or SIGTERM. False unless given. */
  readonly once?: boolean
  /** Standard output unless given. */
  readonly out?: NodeJS.WritableStream
}

/**
 * Shows the whole way of a policy: git, signed bundle, gateway, an agent's statements, a reload under an open session, the
 * trail, its replay and a simulation. Everything is real, and nothing of it remains.
 *
 * @throws DemoError `ERR_DEMO_EXPECTATION` when anything went otherwise than it should
 */
export async function runDemo({ once = false, out = process.stdout }: DemoOptions = {}): Promise<void> {
  const screen = createScreen(out)
  const expectations = createExpectations(screen)
  await using props = new AsyncDisposableStack()
  const interrupted = stopSignal(props)
  const theatre = await createTheatre(screen, expectations, props)
  await playScenes(theatre)
  await changePolicies(theatre)
  await showTrail(theatre)
  expectations.conclude()
  if (once) return
  invite(theatre)
  await interrupted
}

/** What to type, now that it stays up. */
function invite({ screen, folders, gateway, tokens }: Theatre): void {
  const file = writePasswordFile(folders, gateway, tokens)
  const connection = (role: string) =>
    `"host=localhost port=${gateway.port} dbname=orders user=${role}@orders-db sslmode=verify-full sslrootcert=${folders.keys}/ca.pem"`
  screen.chapter('Your turn')
  screen.say('the gateway stays up; with psql, in another terminal:')
  for (const role of ['reporting', 'backup']) screen.command(`PGPASSFILE=${file} psql ${connection(role)}`)
  screen.say(`the policies are in ${folders.policies}, the trail in ${folders.trail}`)
  screen.say('Ctrl-C ends it and removes everything')
}

/** Resolves at SIGINT or SIGTERM, so that everything is taken down in order. */
function stopSignal(props: AsyncDisposableStack): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const stop = () => resolve()
      process.once(signal, stop)
      props.defer(() => void process.removeListener(signal, stop))
    }
  })
}
