import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WireProtocolName } from '@cedargate/policy-schema'
import { showTrail } from './acts.ts'
import { DemoError } from './errors.ts'
import { createExpectations } from './expectations.ts'
import { plays } from './plays/index.ts'
import { createScreen } from './screen.ts'
import { createTheatre, type Ground, type Theatre } from './theatre.ts'

export interface DemoOptions {
  /** `postgres` unless given. */
  readonly protocol?: WireProtocolName
  /** End after the script; otherwise it stays up until SIGINT, SIGTERM or SIGHUP. False unless given. */
  readonly once?: boolean
  /** Standard output unless given. */
  readonly out?: NodeJS.WritableStream
}

/**
 * Shows the whole way of a policy: git, signed bundle, gateway, what agents try, a reload under what they have open, the
 * trail, its replay and a simulation. What is not real is said to be a fake, and nothing of it remains.
 *
 * @throws DemoError `ERR_DEMO_EXPECTATION` when anything went otherwise than it should
 */
export async function runDemo({
  protocol = 'postgres',
  once: endsItself = false,
  out = process.stdout,
}: DemoOptions = {}): Promise<void> {
  await using props = new AsyncDisposableStack()
  const interrupted = interruption(props)
  const screen = createScreen(out, interrupted)
  try {
    const theatre = await play(protocol, { screen, props, interrupted, expectations: createExpectations(screen) })
    if (!endsItself) await stayUp(theatre, interrupted)
  } catch (error) {
    // Ctrl-C ends what we started too, so the script breaks anywhere, and we may hear of that first.
    await sleep(50)
    if (interrupted.aborted) throw new DemoError('ERR_DEMO_INTERRUPTED', 'the demo was interrupted', { cause: error })
    throw error
  }
}

async function play(protocol: WireProtocolName, ground: Omit<Ground, 'folders'>): Promise<Theatre> {
  const theatre = await createTheatre(await plays[protocol](), ground)
  await theatre.scenery.playScenes(theatre)
  await theatre.scenery.playChange(theatre)
  await showTrail(theatre)
  ground.expectations.conclude()
  return theatre
}

async function stayUp(theatre: Theatre, interrupted: AbortSignal): Promise<void> {
  const { screen, scenery, folders } = theatre
  screen.chapter('Your turn')
  scenery.invite(theatre)
  screen.say(`the policies are in ${folders.policies}, the trail in ${folders.trail}`)
  screen.say('Ctrl-C ends it and removes everything')
  if (!interrupted.aborted) await once(interrupted, 'abort')
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
