/** Connections to targets: kept apart by whom they are shown, and inside TLS that verifies. */
import { isIP } from 'node:net'
import type { KubernetesLogin, KubernetesTargetSettings, Target } from '@cedargate/policy-schema'
import { Pool } from 'undici'
import type { ClientCertificate, Credential, Shown } from '../../core/contract.ts'

export interface TargetTimeouts {
  readonly connectMs: number
  /** Until the target begins to answer. */
  readonly answerMs: number
}

/** An idle connection is closed before the target would: one that closes as we use it fails a call that cannot be asked again. */
const idleMs = 30_000
const maxPools = 500
const maxHeaderBytes = 64 * 1024

/** One pool for each login at each place: nothing of one role's connections is ever another's. */
export class Targets {
  readonly #timeouts: TargetTimeouts
  readonly #pools = new Map<string, Pooled>()

  constructor(timeouts: TargetTimeouts) {
    this.#timeouts = timeouts
  }

  /** @param certificate what we show of ourselves, where a token does not: connections that showed another are not used */
  pool(towards: Towards, certificate: ClientCertificate | undefined): Pool {
    const place = placeOf(towards)
    const known = this.#pools.get(place)
    // the one that was used last is the last to go
    this.#pools.delete(place)
    if (known !== undefined && isSame(known.certificate, certificate)) {
      this.#pools.set(place, known)
      return known.pool
    }
    void known?.pool.close()
    const { settings } = towards
    const { connectMs, answerMs } = this.#timeouts
    const pool = new Pool(settings.server, {
      connect: { ...tlsOptions(settings, certificate), timeout: connectMs },
      allowH2: false,
      pipelining: 1,
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      maxHeaderSize: maxHeaderBytes,
    })
    this.#pools.set(place, { pool, certificate })
    const [oldest] = this.#pools
    if (this.#pools.size > maxPools && oldest !== undefined) {
      this.#pools.delete(oldest[0])
      void oldest[1].pool.close()
    }
    return pool
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map(({ pool }) => pool.destroy()))
  }
}

interface Pooled {
  readonly pool: Pool
  readonly certificate: ClientCertificate | undefined
}

function isSame(one: ClientCertificate | undefined, other: ClientCertificate | undefined): boolean {
  return one === other || (one?.cert === other?.cert && one?.key === other?.key)
}

/** TLS to a target, also for a connection that becomes a stream. */
export function tlsOptions({ server, tls = {} }: KubernetesTargetSettings, certificate: ClientCertificate | undefined) {
  const name = tls.serverName ?? new URL(server).hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(isIP(name) ? {} : { servername: name }),
    ...certificate,
    minVersion: 'TLSv1.2' as const,
    rejectUnauthorized: true, // said, or an environment variable of Node's could take it away
  }
}

export function hostOf({ server }: KubernetesTargetSettings): string {
  return new URL(server).hostname.replace(/^\[(.*)\]$/, '$1')
}

export function loginOf({ roles }: KubernetesTargetSettings, role: string): KubernetesLogin | undefined {
  return Object.hasOwn(roles, role) ? roles[role] : undefined
}

/** As whom a role appears at the target. */
export function userOf(login: KubernetesLogin): string {
  if ('user' in login) return login.user
  return `system:serviceaccount:${login.serviceAccount.replace('/', ':')}`
}

export function shown(target: Target, role: string): Shown | undefined {
  const settings = target.settings as KubernetesTargetSettings
  const login = loginOf(settings, role)
  if (login === undefined) return undefined
  return {
    user: userOf(login),
    credential: login.credential,
    host: hostOf(settings),
    place: placeOf({ settings, login }),
  }
}

const places = new WeakMap<KubernetesLogin, string>()
/** Which login where, as a text: what is kept for one is never another's. */
export function placeOf({ settings: { server, tls }, login }: Pick<Towards, 'settings' | 'login'>): string {
  let place = places.get(login) // of one target's settings, and written once: they hold a certificate
  if (place === undefined) {
    place = JSON.stringify([server, tls, login])
    places.set(login, place)
  }
  return place
}

/** What a session is shown at its target. */
export interface Towards {
  readonly settings: KubernetesTargetSettings
  readonly login: KubernetesLogin
  readonly credential: Credential
}
