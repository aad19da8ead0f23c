import { once } from 'node:events'
import { changePolicies, playScenes, showTrail } from './acts.ts'
import { DemoError } from './errors.ts'
import { createExpectations } from './expectations.ts'
import { createScreen, type Screen } from './screen.ts'
import { writePasswordFile } from './stage.ts'
import { createTheatre, type Theatre } from './theatre.ts'

export interface DemoOptions {
  /** End after the script; otherwise it stays up until SIGINT, SIGTERM or SIGHUP. False unless given. */
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
export async function runDemo({ once: endsItself = false, out = process.stdout }: DemoOptions = {}): Promise<void> {
  await using props = new AsyncDisposableStack()
  const interrupted = interruption(props)
  const screen = createScreen(out, interrupted)
  try {
    const theatre = await play(screen, props)
    if (!endsItself) await stayUp(theatre, interrupted)
  } catch (error) {
    // Ctrl-C ends what we started too, so the script breaks anywhere.
    if (interrupted.aborted) throw new DemoError('ERR_DEMO_INTERRUPTED', 'the demo was interrupted', { cause: error })
    throw error
  }
}

async function play(screen: Screen, props: AsyncDisposableStack): Promise<Theatre> {
  const expectations = createExpectations(screen)
  const theatre = await createTheatre(screen, expectations, props)
  await playScenes(theatre)
  await changePolicies(theatre)
  await showTrail(theatre)
  expectations.conclude()
  return theatre
}

async function stayUp(theatre: Theatre, interrupted: AbortSignal): Promise<void> {
  invite(theatre)
  if (!interrupted.aborted) await once(interrupted, 'abort')
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

/** Aborted at SIGINT, SIGTERM or the end of the terminal, so that everything is taken down in order. */
function interruption(props: AsyncDisposableStack): AbortSignal {
  const controller = new AbortController()
  const stop = () => controller.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, stop)
    props.defer(() => void process.removeListener(signal, stop))
  }
  return controller.signal
}
