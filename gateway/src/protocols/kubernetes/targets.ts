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
  readonly #pools = new Map<string, Pool>()

  constructor(timeouts: TargetTimeouts) {
    this.#timeouts = timeouts
  }

  /** @param certificate what we show of ourselves, where a token does not */
  pool(settings: KubernetesTargetSettings, login: string, certificate: ClientCertificate | undefined): Pool {
    const key = JSON.stringify([settings.server, settings.tls, login, certificate])
    const known = this.#pools.get(key)
    if (known !== undefined) {
      // the one that was used last is the last to go
      this.#pools.delete(key)
      this.#pools.set(key, known)
      return known
    }
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
    this.#pools.set(key, pool)
    const [oldest] = this.#pools
    if (this.#pools.size > maxPools && oldest !== undefined) {
      this.#pools.delete(oldest[0])
      void oldest[1].close()
    }
    return pool
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map(pool => pool.destroy()))
  }
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
  const place = JSON.stringify([settings.server, settings.tls, login])
  return { user: userOf(login), credential: login.credential, host: hostOf(settings), place }
}

/** What a session is shown at its target. */
export interface Towards {
  readonly settings: KubernetesTargetSettings
  readonly login: KubernetesLogin
  readonly credential: Credential
}
