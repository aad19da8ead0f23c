/** As whom calls appear at the target: a service account's short-lived token, or a user that the gateway may impersonate. */

import type { KubernetesTargetSettings } from '@cedargate/policy-schema'
import { CoreV1Api, KubeConfig, type RequestContext } from '@kubernetes/client-node'
import { type Dispatcher, Pool } from 'undici'
import type { ClientCertificate, Credential } from '../../core/contract.ts'
import { GatewayError } from '../../core/errors.ts'
import { impersonationHeaders } from './headers.ts'
import { placeOf, type Towards, tlsOptions } from './targets.ts'

export type LoginCode = 'ERR_TARGET_TOKEN'

/** What one call shows. */
export interface Showing {
  /** Names and values, by turns. */
  readonly headers: readonly string[]
  /** Where TLS itself says who we are. */
  readonly certificate: ClientCertificate | undefined
}

interface Held {
  readonly showing: Promise<Showing>
  /** ms since the epoch; while it is being asked for, for ever */
  until: number
}

const tokenSeconds = 3600
/** A token that has no longer left is renewed, or a call could be under way with one that has expired. */
const renewBeforeMs = 10 * 60_000
/** The gateway's own secrets are read anew after this, so that a rotated one holds. */
const rereadMs = 30_000
const requestMs = 10_000
/** Of the answer that holds a token. */
const maxTokenBytes = 256 * 1024
const maxHeld = 1000

/** Asks once for what many calls need: the next ones wait for the same answer. */
export class Logins {
  readonly #now: () => number
  readonly #held = new Map<string, Held>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** @throws GatewayError of the credential's own code, or `ERR_TARGET_TOKEN` */
  showing(towards: Towards): Promise<Showing> {
    const place = placeOf(towards)
    const known = this.#held.get(place)
    if (known !== undefined && this.#now() < known.until) return known.showing
    const until = (ms: number) => {
      held.until = ms
    }
    const held: Held = { showing: this.#ask(towards, until), until: Number.POSITIVE_INFINITY }
    if (this.#held.size >= maxHeld) this.#held.clear()
    this.#held.set(place, held)
    held.showing.catch(() => until(0))
    return held.showing
  }

  /** The target did not take it: the next call shows a new one. */
  forget(towards: Towards): void {
    this.#held.delete(placeOf(towards))
  }

  async #ask({ settings, login, credential }: Towards, until: (ms: number) => void): Promise<Showing> {
    if ('serviceAccount' in login) {
      const { token, expiresAt } = await requestToken(settings, credential, login.serviceAccount)
      until(expiresAt - renewBeforeMs)
      return { headers: ['Authorization', `Bearer ${token}`], certificate: undefined }
    }
    const as = impersonationHeaders({ user: login.user, ...(login.groups && { groups: login.groups }) })
    const certificate = await credential.certificate()
    const authorization = certificate === undefined ? ['Authorization', `Bearer ${await credential.secret()}`] : []
    until(this.#now() + rereadMs)
    return { headers: [...authorization, ...as], certificate }
  }
}

/** @see Kubernetes API, TokenRequest v1 */
async function requestToken(
  settings: KubernetesTargetSettings,
  credential: Credential,
  account: string,
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const [namespace = '', name = ''] = account.split('/')
  const body = { spec: { audiences: [], expirationSeconds: tokenSeconds } }
  const certificate = await credential.certificate()
  const pool = new Pool(settings.server, {
    ...{ connect: { ...tlsOptions(settings, certificate), timeout: requestMs }, allowH2: false },
    maxResponseSize: maxTokenBytes,
  })
  try {
    const api = new Guarded(pool, await configOf(settings, credential, certificate)).makeApiClient(CoreV1Api)
    const { status } = await api.createNamespacedServiceAccountToken({ namespace, name, body })
    if (status?.token === undefined || status.expirationTimestamp === undefined)
      throw Object.assign(new Error(), { code: 'no token in the answer' })
    return { token: status.token, expiresAt: new Date(status.expirationTimestamp).getTime() }
  } catch (cause) {
    // never the error itself: it holds what was asked and answered
    const { code, name: kind } = cause as { readonly code?: unknown; readonly name?: unknown }
    const text = `the target gave no token for service account \`${account}\` (${code ?? kind}), next: check that it is there, and that the credential may create its \`serviceaccounts/token\``
    throw new GatewayError<LoginCode>('ERR_TARGET_TOKEN', text)
  } finally {
    await pool.destroy()
  }
}

/** The first request that leads elsewhere is not made: the pool would ask its own target for it. */
const staying: Dispatcher.DispatcherComposeInterceptor = dispatch => {
  let at: string | undefined
  return (options, handler) => {
    at ??= String(options.origin)
    if (at !== String(options.origin)) throw new Error('the target leads elsewhere')
    return dispatch(options, handler)
  }
}

/**
 * The client as it is but for its connection, which is as each other to this target: verified whatever the environment says, to
 * nowhere else where an answer leads there, with an end in time and in bytes.
 */
class Guarded extends KubeConfig {
  readonly #pool: Pool

  constructor(pool: Pool, options: Parameters<KubeConfig['loadFromOptions']>[0]) {
    super()
    this.loadFromOptions(options)
    this.#pool = pool
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context)
    context.setDispatcher(this.#pool.compose(staying))
    context.setSignal(AbortSignal.timeout(requestMs))
  }
}

/** As the gateway itself. */
async function configOf(
  { server }: KubernetesTargetSettings,
  credential: Credential,
  certificate: ClientCertificate | undefined,
) {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const user =
    certificate === undefined
      ? { name: 'gateway', token: await credential.secret() }
      : { name: 'gateway', certData: base64(certificate.cert), keyData: base64(certificate.key) }
  return {
    clusters: [{ name: 'target', server, skipTLSVerify: false }],
    users: [user],
    contexts: [{ name: 'target', cluster: 'target', user: 'gateway' }],
    currentContext: 'target',
  }
}
