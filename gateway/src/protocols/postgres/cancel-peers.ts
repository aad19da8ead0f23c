/** A CancelRequest on its way to the other gateways that stand behind the same address. */
import type { CancelRouter } from './cancel.ts'
import { type Address, dial } from './dial.ts'
import { relayedCancel } from './messages.ts'

export interface CancelPeer {
  /** Its number in keys. */
  readonly gateway: number
  /** Its listener. In TLS, as from a client: keys must not be read on the way. */
  readonly address: Address
}

const deadlineMs = 5_000

/** Tells the peer who asked: it counts each client for itself, as if that had come to it. */
export function createCancelPeers(peers: readonly CancelPeer[]): CancelRouter {
  const addresses = new Map(peers.map(({ gateway, address }) => [gateway, address]))
  return {
    async pass({ gateway }, key, origin) {
      const address = addresses.get(gateway)
      if (address === undefined) return false
      await sendCancel(address, relayedCancel(origin, key.process, key.secret), deadlineMs)
      return true
    },
  }
}

/**
 * Asks a server, over a connection of its own, until it closes that: a PostgreSQL has passed the cancel on by then.
 * Never throws: where it cannot be reached the operation goes on.
 *
 * @returns whether the server closed the connection, in time
 */
export async function sendCancel(to: Address, request: Buffer, withinMs: number): Promise<boolean> {
  try {
    const socket = await dial(to, withinMs)
    const closed = new Promise(resolve => socket.once('close', resolve))
    let late = false
    const overdue = setTimeout(() => {
      late = true
      socket.destroy()
    }, withinMs)
    socket.resume()
    socket.write(request) // and not ended: what stands between may close at that, before the server has passed it on
    await closed
    clearTimeout(overdue)
    return !late
  } catch {
    return false // as when a cancel comes too late
  }
}
