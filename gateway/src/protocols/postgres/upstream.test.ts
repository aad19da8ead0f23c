import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { startPostgres } from '@cedargate/demo'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { message, parameterStatus, ready } from './messages.ts'
import { openUpstream, type TargetLogin } from './upstream.ts'

const server = await startPostgres({ settings: { log_connections: 'on' } })
const login: TargetLogin = {
  host: server.host,
  port: server.port,
  tls: { mode: 'verify-full', ...(server.ca === undefined ? {} : { ca: server.ca }) },
  user: server.superuser.user,
  database: 'postgres',
  secret: async () => server.superuser.password,
  parameters: { application_name: 'a test' },
  deadlineMs: 500,
}
const outcome = (changed: Partial<TargetLogin>): Promise<string> =>
  openUpstream({ ...login, ...changed }).then(
    ({ socket }) => {
      socket.destroy()
      return 'open'
    },
    error => error.code,
  )

const upstream = suite('the connection to a target')

upstream('logs in to a real PostgreSQL through TLS, with the encoding and the string syntax pinned', async () => {
  const target = await openUpstream({ ...login, deadlineMs: 5000 })
  assert.is(target.parameters.get('client_encoding'), 'UTF8')
  assert.is(target.parameters.get('standard_conforming_strings'), 'on')
  assert.is(target.parameters.get('application_name'), 'a test')
  target.socket.destroy()
})

upstream('is not opened in the clear to a target that wants TLS', async () => {
  assert.is(await outcome({ tls: { mode: 'disable' } }), 'ERR_TARGET_REFUSED')
})

upstream('verifies the name of the certificate', async () => {
  assert.is(await outcome({ tls: { ...login.tls, serverName: 'localhost' }, deadlineMs: 5000 }), 'open')
  assert.is(await outcome({ tls: { ...login.tls, serverName: 'elsewhere' } }), 'ERR_TARGET_TLS')
  assert.is(await outcome({ tls: { mode: 'verify-full' } }), 'ERR_TARGET_TLS')
})

/** A false target: says these bytes to what comes after the startup message. */
const authentication = (kind: number, more = '') =>
  message('R', Buffer.concat([Buffer.from([0, 0, 0, kind]), Buffer.from(more)]))
const sasl = authentication(10, 'SCRAM-SHA-256\0\0')

for (const [what, bytes, code] of [
  ['lets us in without asking', Buffer.concat([authentication(0), ready.I]), 'ERR_TARGET_AUTH'],
  ['wants a cleartext password', authentication(3), 'ERR_TARGET_AUTH'],
  ['wants an MD5 password', authentication(5, 'salt'), 'ERR_TARGET_AUTH'],
  ['asks for SCRAM and then lets us in unproven', Buffer.concat([sasl, authentication(0)]), 'ERR_TARGET_AUTH'],
  ['finishes SCRAM without a proof', Buffer.concat([sasl, authentication(12, 'v=AAAA')]), 'ERR_SCRAM_SIGNATURE'],
  ['begins SCRAM twice', Buffer.concat([sasl, sasl]), 'ERR_TARGET_AUTH'],
  ['offers only what it cannot bind', authentication(10, 'SCRAM-SHA-256-PLUS\0\0'), 'ERR_SCRAM_MECHANISM'],
  ['is ready before anybody logged in', ready.I, 'ERR_TARGET_PROTOCOL'],
  ['sends rows before anybody logged in', message('D', 'x'), 'ERR_TARGET_PROTOCOL'],
  ['sends settings before anybody logged in', parameterStatus('client_encoding', 'UTF8'), 'ERR_TARGET_PROTOCOL'],
  ['speaks HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'ERR_FRAME_SIZE'],
  ['hangs up', 'end', 'ERR_TARGET_UNREACHABLE'],
  ['cuts the connection', 'reset', 'ERR_TARGET_UNREACHABLE'],
  ['says nothing', Buffer.alloc(0), 'ERR_TARGET_DEADLINE'],
] as const)
  upstream(`is not opened to a target that ${what}`, async () => {
    const { port, close } = await falseTarget(bytes)
    assert.is(await outcome({ host: '127.0.0.1', port, tls: { mode: 'disable' } }), code)
    close()
  })

for (const [what, bytes, code] of [
  ['refuses TLS', Buffer.from('N'), 'ERR_TARGET_TLS'],
  ['answers TLS with an error', message('E', 'SFATAL\0\0'), 'ERR_TARGET_TLS'],
  ['says more than yes to TLS', Buffer.from('SN'), 'ERR_TARGET_TLS'],
  ['says yes and no handshake follows', Buffer.from('S'), 'ERR_TARGET_DEADLINE'],
] as const)
  upstream(`never falls back to the clear where the target ${what}`, async () => {
    const { port, heard, close } = await falseTarget(bytes)
    assert.is(await outcome({ host: '127.0.0.1', port }), code)
    assert.not.match(heard(), /postgres/)
    close()
  })

upstream.after(() => server.stop())

upstream.run()

async function falseTarget(says: Buffer | 'end' | 'reset') {
  const open = new Set<Socket>()
  let heard = ''
  const target: Server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('data', chunk => {
      heard += chunk.toString('latin1')
    })
    socket.once('data', () => {
      if (says === 'end') socket.destroy()
      else if (says === 'reset') socket.resetAndDestroy()
      else socket.write(says)
    })
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const close = () => {
    for (const socket of open) socket.destroy()
    target.close()
  }
  return { port: (target.address() as { port: number }).port, heard: () => heard, close }
}
