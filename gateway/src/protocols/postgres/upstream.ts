/**
 * The connection to the target: dialled within a deadline, TLS verified, logged in by SCRAM or a certificate, and by less only where that is said.
 *
 * @see PostgreSQL 18, 54.2.1 Start-up, 54.2.8 Canceling Requests in Progress, 54.2.9 SSL Session Encryption
 */
import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { serialize } from 'pg-protocol'
import type { ClientCertificate } from '../../core/contract.ts'
import { GatewayError } from '../../core/errors.ts'
import { sendCancel } from './cancel-peers.ts'
import { type Address, deadline, dial, gone, type UpstreamCode } from './dial.ts'
import { Frames, targetRules } from './frames.ts'
import { Body, cancelRequest, readError } from './messages.ts'
import { createScram, type Scram } from './scram.ts'

export interface TargetLogin extends Address {
  readonly user: string
  readonly database: string
  readonly secret: () => Promise<string>
  /** `undefined`: it logs in with a secret. */
  readonly certificate?: () => Promise<ClientCertificate | undefined>
  /** How the target may ask for the secret. SCRAM alone unless given. */
  readonly auth?: readonly ('scram' | 'md5')[]
  /** Further startup parameters. Encoding and string syntax are not theirs to set. */
  readonly parameters: { readonly [name: string]: string }
  readonly deadlineMs: number
}

/** A target that is ready for its first query. */
export interface Upstream {
  readonly socket: Socket
  /** Holds what came behind the first ReadyForQuery. */
  readonly frames: Frames
  readonly parameters: Map<string, string>
  /** Asks the target to stop what this connection is doing. Never throws: it is a wish. @returns whether it was heard for certain */
  cancel(): Promise<boolean>
}

/** What the target's reading of a statement depends on; the gateway's own startup message sets it. */
const reported = { client_encoding: 'UTF8', standard_conforming_strings: 'on' }
export const pinned: { readonly [parameter: string]: string } = reported

/**
 * Dials, verifies, logs in.
 *
 * @throws GatewayError with an {@link UpstreamCode}, or a code of SCRAM
 */
export async function openUpstream(login: TargetLogin): Promise<Upstream> {
  const certificate = await login.certificate?.()
  if (certificate !== undefined && login.tls.mode === 'disable')
    throw new GatewayError<UpstreamCode>('ERR_TARGET_TLS', 'a certificate is shown only inside TLS')
  const socket = await dial(certificate ? { ...login, tls: { ...login.tls, certificate } } : login, login.deadlineMs)
  const overdue = setTimeout(() => socket.destroy(deadline()), login.deadlineMs)
  try {
    const { frames, parameters, key } = await logIn(socket, login, certificate !== undefined)
    return {
      socket,
      frames,
      parameters,
      cancel: () => sendCancel(login, cancelRequest(key.readInt32BE(0), key.subarray(4)), cancelDeadlineMs),
    }
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(overdue)
  }
}

/** All that a target may say until it is ready; its settings are a few hundred bytes. */
const loginBytes = 1024 * 1024

interface LoggedIn {
  readonly frames: Frames
  readonly parameters: Map<string, string>
  readonly key: Buffer
}

/** @param certified it has seen a certificate of ours, so it may let us in without asking */
async function logIn(socket: Socket, login: TargetLogin, certified: boolean): Promise<LoggedIn> {
  const { auth = ['scram'] } = login
  const frames = new Frames(targetRules)
  const parameters = new Map<string, string>()
  const key = Buffer.alloc(8)
  let scram: Scram | undefined
  let proven = certified
  let loggedIn = false

  const authentication = async (body: Body) => {
    const kind = body.int32()
    if (kind === 10 && scram === undefined && !certified && auth.includes('scram')) {
      const offered: string[] = []
      for (let name = body.name(); name !== ''; name = body.name()) offered.push(name)
      scram = createScram(offered, await login.secret(), certificateOf(socket))
      socket.write(serialize.sendSASLInitialResponseMessage(scram.mechanism, scram.first))
    } else if (kind === 11 && scram !== undefined && !proven) {
      socket.write(serialize.sendSCRAMClientFinalMessage(await scram.proof(remaining(body))))
    } else if (kind === 12 && scram !== undefined) {
      scram.verify(remaining(body))
      proven = true
    } else if (
      kind === 5 &&
      scram === undefined &&
      !proven &&
      auth.includes('md5') &&
      login.tls.mode === 'verify-full'
    ) {
      // it proves nothing of the target: that is left to its certificate
      proven = true
      socket.write(serialize.password(md5Answer(login.user, await login.secret(), remainingBytes(body))))
    } else if (kind === 0 && proven) {
      loggedIn = true
    } else {
      // Also a target that lets us in without asking: it has not proven that it knows the secret, so it may be anyone.
      const wanted = certified ? 'cert' : auth.includes('scram') ? 'scram-sha-256' : 'md5'
      const text = `the target asks for ${methods[kind] ?? `authentication ${kind}`}, next: say ${wanted} for \`${login.user}\` in its pg_hba.conf`
      throw new GatewayError<UpstreamCode>('ERR_TARGET_AUTH', text)
    }
  }

  socket.write(serialize.startup({ user: login.user, database: login.database, ...login.parameters, ...startupPins }))
  let heard = 0
  for await (const chunk of chunks(socket)) {
    heard += chunk.length
    if (heard > loginBytes)
      throw new GatewayError<UpstreamCode>('ERR_TARGET_PROTOCOL', 'the target goes on and on during login')
    frames.feed(chunk)
    while (frames.next()) {
      const { buffer, start, end, type } = frames
      const body = new Body(buffer, start + 5, end)
      if (type === letters.error) {
        const { code, message } = readError(buffer, start, end)
        // what it said names our login: that is the operator's to know
        const cause = new Error(message)
        throw new GatewayError<UpstreamCode>('ERR_TARGET_REFUSED', `the target refused the login (${code})`, { cause })
      }
      if (type === letters.authentication) await authentication(body)
      else if (type === letters.notice) continue
      else if (!loggedIn)
        throw new GatewayError<UpstreamCode>('ERR_TARGET_PROTOCOL', 'the target spoke out of turn during login')
      else if (type === letters.parameterStatus) parameters.set(body.name(), body.text() ?? '')
      else if (type === letters.backendKeyData && end - start === 13) buffer.copy(key, 0, start + 5, end)
      else if (type === letters.readyForQuery) return checked({ frames, parameters, key })
      else throw new GatewayError<UpstreamCode>('ERR_TARGET_PROTOCOL', 'the target spoke out of turn during login')
    }
  }
  throw gone(socket)
}

const letters = {
  error: 0x45,
  authentication: 0x52,
  notice: 0x4e,
  parameterStatus: 0x53,
  backendKeyData: 0x4b,
  readyForQuery: 0x5a,
}
const methods: { readonly [kind: number]: string } = {
  0: 'no password',
  3: 'a cleartext password',
  5: 'an MD5 password',
  7: 'GSSAPI',
  9: 'SSPI',
  10: 'a SCRAM password',
}
/** What {@link pinned} reports, and what no target ever reports. */
export const readingSettings = { ...reported, backslash_quote: 'safe_encoding' }
/** pg-protocol adds `client_encoding=UTF8` itself. */
const { client_encoding: _, ...startupPins } = readingSettings

function checked(target: LoggedIn): LoggedIn {
  for (const [name, value] of Object.entries(pinned))
    if (target.parameters.get(name) !== value) {
      const text = `the target has \`${name}\` \`${target.parameters.get(name) ?? ''}\` where \`${value}\` was asked for`
      throw new GatewayError<UpstreamCode>('ERR_TARGET_PROTOCOL', text)
    }
  return target
}

/** @see PostgreSQL 18, 54.2.1 Start-up: AuthenticationMD5Password */
function md5Answer(user: string, password: string, salt: Buffer): string {
  const md5 = (...parts: readonly (string | Buffer)[]) => {
    const hash = createHash('md5')
    for (const part of parts) hash.update(part)
    return hash.digest('hex')
  }
  return `md5${md5(md5(password, user), salt)}`
}

function remainingBytes(body: Body): Buffer {
  return body.buffer.subarray(body.at, body.end)
}
function remaining(body: Body): string {
  return body.buffer.toString('utf8', body.at, body.end)
}

function certificateOf(socket: Socket): Buffer | undefined {
  return 'getPeerX509Certificate' in socket ? (socket as TLSSocket).getPeerX509Certificate()?.raw : undefined
}

/** Chunks as they come, one at a time: what nobody has asked for stays in the kernel. */
async function* chunks(socket: Socket): AsyncGenerator<Buffer> {
  for (;;) {
    if (socket.destroyed) return
    const closing = Promise.withResolvers<undefined>()
    const closed = () => closing.resolve(undefined)
    const data = Promise.withResolvers<Buffer>()
    const taken = (bytes: Buffer) => {
      socket.pause() // at once: a second chunk would find nobody
      data.resolve(bytes)
    }
    socket.once('close', closed)
    socket.once('data', taken)
    socket.resume()
    const chunk = await Promise.race([data.promise, closing.promise])
    socket.off('close', closed)
    socket.off('data', taken)
    if (chunk === undefined) return
    yield chunk
  }
}

const cancelDeadlineMs = 5000
