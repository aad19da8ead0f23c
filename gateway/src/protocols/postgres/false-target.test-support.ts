/** A target that knows the secret and is not a PostgreSQL: after a login by SCRAM it says whatever it is told to. */
import { createHmac, pbkdf2Sync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { authenticationOk, backendKeyData, message, parameterStatus, ready } from './messages.ts'

export interface FalseTarget {
  readonly port: number
  /** What it says when it has let somebody in. */
  welcome: Buffer
  /** What it says when it is asked something; nothing where it is `undefined`. */
  answer: Buffer | undefined
  /** Ends the connection behind its answer. */
  hangsUp: boolean
  /** Reads nothing more once it has let somebody in, until it is told `listen`. */
  deaf: boolean
  /** What it had not read, to the end of the connection. */
  listen(): Promise<Buffer>
  readonly connections: () => number
  stop(): void
}

export const honestWelcome = Buffer.concat([
  parameterStatus('client_encoding', 'UTF8'),
  parameterStatus('standard_conforming_strings', 'on'),
  backendKeyData(1, Buffer.alloc(4, 2)),
  ready.I,
])

export async function startFalseTarget(password: string): Promise<FalseTarget> {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
    converse(socket, password, target).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const target: FalseTarget = {
    port: (server.address() as { port: number }).port,
    welcome: honestWelcome,
    answer: undefined,
    hangsUp: false,
    deaf: false,
    async listen() {
      const heard: Buffer[] = []
      const [socket] = open
      socket?.on('data', chunk => heard.push(chunk)).resume()
      if (socket !== undefined) await once(socket, 'close')
      return Buffer.concat(heard)
    },
    connections: () => open.size,
    stop() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
  return target
}

/** Of a CancelRequest, at which a server closes the connection. */
const cancelCode = '\x04\xd2\x16\x2e'

async function converse(socket: Socket, password: string, target: FalseTarget): Promise<void> {
  const said = async () => ((await once(socket, 'data')) as [Buffer])[0].toString('latin1')
  const authentication = (kind: number, text: string) =>
    socket.write(message('R', Buffer.concat([Buffer.from([0, 0, 0, kind]), Buffer.from(text)])))
  if ((await said()).includes(cancelCode)) return void socket.end()
  authentication(10, 'SCRAM-SHA-256\0\0')
  const bare = /n=\*,r=.*$/s.exec(await said())?.[0] ?? ''
  const first = `${bare.slice(4)}target,s=${Buffer.from('salt').toString('base64')},i=4096`
  authentication(11, first)
  const last = /c=.*(?=,p=)/s.exec(await said())?.[0]
  const salted = pbkdf2Sync(password, 'salt', 4096, 32, 'sha256')
  const mac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  authentication(12, `v=${mac(mac(salted, 'Server Key'), `${bare},${first},${last}`).toString('base64')}`)
  socket.write(Buffer.concat([authenticationOk, target.welcome]))
  if (target.deaf) return void socket.pause()
  for (;;) {
    await said()
    if (target.answer !== undefined) socket.write(target.answer)
    if (target.hangsUp) return void socket.end()
  }
}
