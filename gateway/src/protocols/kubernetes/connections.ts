/** Connections of clients: how many have not logged in, which are idle, and which have been so for too long. */
import type { Socket } from 'node:net'
import type { Session } from '@cedargate/policy-schema'
import { nameOf } from '../../core/shares.ts'

export interface ConnectionRules {
  /** From accept to the first call whose token is good. */
  readonly handshakeMs: number
  /** Between two calls. */
  readonly idleMs: number
  /** Bytes wait for the client, and it takes none of them. */
  readonly stallMs: number
  /** Connections that have not logged in yet; for a further one the oldest is closed. */
  readonly maxHandshakes: number
  /** Connections of one agent or user; for a further one that which is idle for the longest is closed. */
  readonly maxPerPrincipal: number
}

export interface Connection {
  readonly socket: Socket
  readonly source: string
  /** Calls that are not answered. */
  underWay: number
  /** Since when it has been so. */
  idleSince: number
  /** Who logged in last; `undefined`: nobody has. */
  principal: Principal | undefined
  /** Bytes that the client has taken, and since when no more. */
  taken: number
  takenSince: number
  /** Why it was cut before it logged in. */
  cut?: { readonly code: string; readonly why: string }
}

type Principal = Session['principal']

const sweepMs = 1000

export class Connections {
  readonly #rules: ConnectionRules
  readonly #open = new Set<Connection>()
  readonly #strangers = new Set<Connection>()
  readonly #byPrincipal = new Map<string, Set<Connection>>()
  #sweeping: NodeJS.Timeout | undefined
  draining = false

  constructor(rules: ConnectionRules) {
    this.#rules = rules
  }

  add(socket: Socket, source: string): Connection {
    const now = performance.now()
    const none = { underWay: 0, principal: undefined, taken: 0 }
    const connection: Connection = { socket, source, ...none, idleSince: now, takenSince: now }
    const { maxHandshakes } = this.#rules
    // not the newest: who says nothing on many connections would keep everybody else out
    const [oldest] = this.#strangers
    if (this.#strangers.size >= maxHandshakes && oldest !== undefined)
      this.#cut(oldest, 'ERR_HTTP_BUSY', `${maxHandshakes} newer connections had not logged in either`)
    this.#open.add(connection)
    this.#strangers.add(connection)
    this.#sweeping ??= setInterval(() => this.#sweep(), sweepMs).unref()
    socket.once('close', () => this.#closed(connection))
    return connection
  }

  loggedIn(connection: Connection, principal: Principal): void {
    if (connection.principal === principal) return
    this.#disowned(connection)
    connection.principal = principal
    this.#strangers.delete(connection)
    if (connection.socket.destroyed) return
    const name = nameOf(principal)
    const theirs = this.#byPrincipal.get(name) ?? new Set()
    this.#byPrincipal.set(name, theirs.add(connection))
    if (theirs.size <= this.#rules.maxPerPrincipal) return
    // one that is busy has a call under way, of which there are not as many
    const idle = [...theirs].filter(({ underWay }) => underWay === 0)
    const [longest] = idle.sort((one, other) => one.idleSince - other.idleSince)
    longest?.socket.destroySoon()
  }

  #disowned(connection: Connection): void {
    if (connection.principal === undefined) return
    const name = nameOf(connection.principal)
    const theirs = this.#byPrincipal.get(name)
    theirs?.delete(connection)
    if (theirs?.size === 0) this.#byPrincipal.delete(name)
  }

  begun(connection: Connection): void {
    connection.underWay += 1
  }

  over(connection: Connection): void {
    connection.underWay -= 1
    if (connection.underWay > 0) return
    // who never logs in has only the time that it had from the beginning
    if (connection.principal !== undefined) connection.idleSince = performance.now()
    if (this.draining) connection.socket.destroySoon()
  }

  /** Closes what is idle, and each other one once it is. */
  drain(): void {
    this.draining = true
    for (const { underWay, socket } of this.#open) if (underWay === 0) socket.destroySoon()
  }

  #sweep(): void {
    const { handshakeMs, idleMs } = this.#rules
    const now = performance.now()
    for (const connection of this.#open) {
      if (this.#isStalled(connection, now)) connection.socket.destroy()
      if (connection.underWay > 0) continue
      const idle = now - connection.idleSince
      if (connection.principal === undefined && idle > handshakeMs)
        this.#cut(connection, 'ERR_HTTP_DEADLINE', `no call within ${handshakeMs} ms`)
      else if (idle > idleMs) connection.socket.destroy()
    }
  }

  /** Whatever is under way, or over and not yet taken: a client that reads nothing would hold it for ever. */
  #isStalled(connection: Connection, now: number): boolean {
    const { bytesWritten, writableLength } = connection.socket
    const taken = bytesWritten - writableLength
    if (writableLength > 0 && taken === connection.taken) return now - connection.takenSince > this.#rules.stallMs
    connection.taken = taken
    connection.takenSince = now
    return false
  }

  #cut(connection: Connection, code: string, why: string): void {
    connection.cut = { code, why }
    this.#strangers.delete(connection)
    connection.socket.destroy()
  }

  #closed(connection: Connection): void {
    this.#open.delete(connection)
    this.#strangers.delete(connection)
    this.#disowned(connection)
    if (this.#open.size > 0) return
    clearInterval(this.#sweeping)
    this.#sweeping = undefined
  }
}
