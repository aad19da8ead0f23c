import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Random } from './random.ts'

/** Passes bytes on in random pieces, each in its own turn of the event loop, so that every message comes cut somewhere. */
export async function startSplittingProxy(to: number, random: Random): Promise<{ port: number; stop(): void }> {
  const open = new Set<Socket>()
  const server = createServer(near => {
    const far = connect({ port: to, host: '127.0.0.1', noDelay: true })
    near.setNoDelay(true)
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => {})
      from.on('close', () => into.destroy())
      from.on('data', async chunk => {
        from.pause()
        for (let at = 0; at < chunk.length; ) {
          const size = 1 + random(random(4) === 0 ? 400 : 9)
          into.write(chunk.subarray(at, at + size))
          at += size
          await new Promise(resolve => setImmediate(resolve))
        }
        from.resume()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    stop() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
