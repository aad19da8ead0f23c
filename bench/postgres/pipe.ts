import { connect, createServer, type Socket } from 'node:net'

/** What Node costs by itself: bytes from one socket to another. */
export async function startPipe(target: { readonly host: string; readonly port: number }) {
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, client => {
    const upstream = connect({ ...target, noDelay: true })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => open.delete(socket))
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the pipe has no port')
  return {
    port: address.port,
    stop: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
