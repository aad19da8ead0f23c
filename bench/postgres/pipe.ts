import { connect, createServer } from 'node:net'
import { serveApart } from './apart.ts'

/** What Node costs by itself: bytes from one socket to another. */
serveApart(async (target: { readonly host: string; readonly port: number }) => {
  const server = createServer({ noDelay: true }, client => {
    const upstream = connect({ ...target, noDelay: true })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      socket.on('error', () => other.destroy())
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the pipe has no port')
  return address.port
})
