/**
 * From a fresh connection to a login: TLS, the startup message, the token. One deadline over all of it; nobody waits for anybody else.
 *
 * @see PostgreSQL 18, 54.2.1 Start-up, 54.2.9 SSL Session Encryption, 54.2.10 GSSAPI Session Encryption
 */
import { isUtf8 } from 'node:buffer'
import type { Socket } from 'node:net'
import type { ServerTls } from '../../core/tls.ts'
import type { CancelKey } from './cancel.ts'
import {
  authenticationCleartextPassword,
  negotiateProtocolVersion,
  readRelayedCancel,
  relayedCancelCode,
} from './messages.ts'
import { errorResponse } from './refusals.ts'
import { garbage, Rejection, type StartupCode, StartupReader, startupBytes } from './startup-reader.ts'

/** What the client said before it was let in. */
export interface Startup {
  readonly kind: 'login'
  readonly socket: Socket
  readonly role: string
  readonly target: string
  /** `undefined`: the target's default. */
  readonly database?: string
  readonly token: string
  /** Those of the allow-list, to pass on to the target. */
  readonly parameters: { readonly [name: string]: string }
  /** Protocol 3.2: its cancel key may be long. */
  readonly longKeys: boolean
  /** What came behind the token; a client that does not wait. */
  readonly rest: Buffer
}
export interface Cancel {
  readonly kind: 'cancel'
  readonly socket: Socket
  readonly key: CancelKey
  /** Whom another gateway has it from. */
  readonly origin?: string
}
export interface Rejected {
  readonly kind: 'rejected'
  readonly socket: Socket
  readonly rejection: Rejection
}

/** OpenSSH cuts a password at 1,023 bytes silently, so no gateway token is longer. */
export const tokenBytes = 1023

/** The newest minor version of protocol 3 that is spoken, and the only one beside 0. @see PostgreSQL 18, 54.1.4 */
const newestMinor = 2
/** A key of protocol 3.2 has at most so many bytes behind the process number. */
const secretBytes = { min: 4, max: 256 }

const codes = { ssl: 80877103, gss: 80877104, cancel: 80877102, version3: 3 }

/** What a client may set, by its lower-case name. Anything else ends the login: it could change how a statement is read. */
export const startupParameters: ReadonlySet<string> = new Set([
  'application_name',
  'datestyle',
  'extra_float_digits',
  'idle_in_transaction_session_timeout',
  'intervalstyle',
  'lock_timeout',
  'statement_timeout',
  'timezone',
])

/** The first step that fails ends it; every step is bounded. */
export async function readStartup(socket: Socket, tls: ServerTls): Promise<Startup | Cancel | Rejected> {
  const reader = new StartupReader(socket)
  try {
    return await negotiate(reader, tls)
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { kind: 'rejected', socket: reader.socket, rejection: error }
  } finally {
    reader.release()
  }
}

async function negotiate(reader: StartupReader, tls: ServerTls): Promise<Startup | Cancel> {
  let askedTls = false
  let askedGss = false
  for (;;) {
    if (!askedTls && !reader.secured && tls.context !== undefined && (await reader.peek()) === 0x16) {
      await reader.secure(tls, true) // sslnegotiation=direct: the handshake itself comes first
      continue
    }
    const length = (await reader.take(4)).readInt32BE(0)
    if (length < 8 || length > startupBytes) garbage(`a startup packet of \`${length}\` bytes`)
    const packet = await reader.take(length - 4)
    const code = packet.readInt32BE(0)
    if (code === codes.ssl && length === 8 && !askedTls) {
      askedTls = true
      if (tls.context === undefined || reader.secured) reader.socket.write('N')
      else {
        await reader.secure(tls, false)
        askedGss = true // as PostgreSQL, which has encryption then
      }
    } else if (code === codes.gss && length === 8 && !askedGss) {
      askedGss = true
      reader.socket.write('N')
    } else if (code === codes.cancel && isSecret(packet.subarray(8))) {
      const key = { process: packet.readInt32BE(4), secret: packet.subarray(8) }
      return { kind: 'cancel', socket: reader.socket, key }
    } else if (code === relayedCancelCode && reader.secured) {
      const relayed = readRelayedCancel(packet)
      if (relayed === undefined || !isSecret(relayed.secret)) garbage('a relayed cancel does not read')
      const { origin, ...key } = relayed
      return { kind: 'cancel', socket: reader.socket, key, origin }
    } else if (code >> 16 === codes.version3) {
      if (tls.mode === 'required' && !reader.secured) plaintext()
      return await logIn(reader, packet)
    } else if (code >> 16 > 0 && code >> 16 < 100 && length > 8) {
      reject('ERR_STARTUP_VERSION', `protocol version \`${code >> 16}.${code & 0xffff}\` is not spoken`, '0A000')
    } else garbage('the first packet is no startup message')
  }
}

function isSecret({ length }: Buffer): boolean {
  return length >= secretBytes.min && length <= secretBytes.max
}

async function logIn(reader: StartupReader, packet: Buffer): Promise<Startup> {
  const given = readParameters(packet)
  const user = given.get('user') ?? ''
  const at = user.indexOf('@')
  if (at <= 0 || at === user.length - 1) {
    reject('ERR_STARTUP_USER', `the user ${quoted(user)} is not of the form role@target`, '28000', 'user=role@target')
  }
  const database = named(given)
  const options = [...given.keys()].filter(name => name.startsWith('_pq_.'))
  const parameters = allowed(given)
  const minor = packet.readInt32BE(0) & 0xffff
  if (minor > newestMinor || options.length > 0)
    reader.socket.write(negotiateProtocolVersion(Math.min(minor, newestMinor), options))

  reader.socket.write(authenticationCleartextPassword)
  const head = await reader.take(5)
  const length = head.readInt32BE(1)
  if (head[0] !== 0x70) garbage('something else than the token was sent')
  if (length < 5 || length > tokenBytes + 5)
    reject('ERR_STARTUP_TOKEN', `a token is at most ${tokenBytes} bytes long`, '28P01')
  const body = await reader.take(length - 4)
  if (body.indexOf(0) !== body.length - 1) reject('ERR_STARTUP_TOKEN', 'a token holds no zero byte', '28P01')

  return {
    kind: 'login',
    socket: reader.socket,
    role: user.slice(0, at),
    target: user.slice(at + 1),
    ...(database === undefined ? {} : { database }),
    token: body.toString('utf8', 0, body.length - 1),
    parameters,
    longKeys: minor >= newestMinor,
    rest: reader.release(),
  }
}

function readParameters(packet: Buffer): Map<string, string> {
  const text = packet.subarray(4)
  if (!isUtf8(text)) garbage('a startup message is not UTF-8')
  const words = text.toString('utf8').split('\0')
  // name, value, name, value, …, and the empty name that ends the list
  if (words.length < 2 || words.length % 2 !== 0 || words.at(-1) !== '' || words.at(-2) !== '')
    garbage('a startup message has no end')
  const given = new Map<string, string>()
  for (let at = 0; at < words.length - 2; at += 2) {
    const name = words[at] ?? ''
    if (name === '') garbage('a startup message has a parameter without a name')
    if (given.has(name)) garbage(`a startup message says ${quoted(name)} twice`)
    given.set(name, words[at + 1] ?? '')
  }
  return given
}

/** Servers cut a longer name and take the database that has what is left: decided would be one name, and opened another. */
const databaseBytes = 63
/** @returns `undefined` for the target's default: none, or the user as libpq fills it in */
function named(given: ReadonlyMap<string, string>): string | undefined {
  const database = given.get('database') ?? ''
  if (database === '' || database === given.get('user')) return undefined
  if (Buffer.byteLength(database) <= databaseBytes) return database
  const text = `the database ${quoted(database)} has a name of more than ${databaseBytes} bytes`
  reject('ERR_STARTUP_PARAMETER', text, '42602', 'name the database as it is')
}

/** What a stranger sent, for a message and the trail: no more of it than helps. */
function quoted(text: string): string {
  return `\`${text.length > 100 ? `${text.slice(0, 100)}…` : text}\``
}

function allowed(given: ReadonlyMap<string, string>): { [name: string]: string } {
  const parameters: { [name: string]: string } = {}
  for (const [name, value] of given) {
    if (name === 'user' || name === 'database' || name.startsWith('_pq_.')) continue
    const folded = name.toLowerCase()
    if (folded === 'client_encoding') encoding(value)
    else if (startupParameters.has(folded)) parameters[folded] = value
    else {
      const text = `the startup parameter ${quoted(name)} is not among those that a client may set`
      reject('ERR_STARTUP_PARAMETER', text, '42501', folded === 'options' ? 'unset PGOPTIONS' : `leave out ${name}`)
    }
  }
  return parameters
}

/** Written as PostgreSQL compares encodings: letters and digits only. SQL_ASCII is what psql sends under LANG=C; it is answered as UTF8. */
const encodings: ReadonlySet<string> = new Set(['utf8', 'unicode', 'sqlascii'])
function encoding(value: string): void {
  if (encodings.has(value.toLowerCase().replace(/[^a-z0-9]/g, ''))) return
  const text = `the client encoding ${quoted(value)} is not UTF8`
  reject('ERR_STARTUP_ENCODING', text, '22023', 'PGCLIENTENCODING=UTF8')
}

function plaintext(): never {
  reject('ERR_STARTUP_TLS_REQUIRED', 'a login is taken only inside TLS', '28000', 'sslmode=verify-full')
}
function reject(code: StartupCode, detail: string, state: string, hint?: string): never {
  const answer = errorResponse({
    severity: 'FATAL',
    code: state,
    message: detail,
    detail: JSON.stringify({ code }),
    ...(hint === undefined ? {} : { hint: `next: ${hint}` }),
  })
  throw new Rejection(code, detail, answer)
}
