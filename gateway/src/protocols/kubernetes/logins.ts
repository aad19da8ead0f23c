/** As whom calls appear at the target: a service account's short-lived token, or a user that the gateway may impersonate. */

import type { KubernetesTargetSettings } from '@cedargate/policy-schema'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import type { ClientCertificate, Credential } from '../../core/contract.ts'
import { GatewayError } from '../../core/errors.ts'
import { impersonationHeaders } from './headers.ts'
import { placeOf, type Towards } from './targets.ts'

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
  const api = (await configOf(settings, credential)).makeApiClient(CoreV1Api)
  const { promise: overdue, reject } = Promise.withResolvers<never>()
  const deadline = setTimeout(() => reject(Object.assign(new Error(), { code: 'deadline' })), requestMs)
  try {
    const asked = api.createNamespacedServiceAccountToken({ namespace, name, body })
    const { status } = await Promise.race([asked, overdue])
    if (status?.token === undefined || status.expirationTimestamp === undefined)
      throw Object.assign(new Error(), { code: 'no token in the answer' })
    return { token: status.token, expiresAt: new Date(status.expirationTimestamp).getTime() }
  } catch (cause) {
    // never the error itself: it holds what was asked and answered
    const { code, name: kind } = cause as { readonly code?: unknown; readonly name?: unknown }
    const text = `the target gave no token for service account \`${account}\` (${code ?? kind}), next: check that it is there, and that the credential may create its \`serviceaccounts/token\``
    throw new GatewayError<LoginCode>('ERR_TARGET_TOKEN', text)
  } finally {
    clearTimeout(deadline)
  }
}

/** As the gateway itself. */
async function configOf({ server, tls = {} }: KubernetesTargetSettings, credential: Credential): Promise<KubeConfig> {
  const certificate = await credential.certificate()
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const user =
    certificate === undefined
      ? { name: 'gateway', token: await credential.secret() }
      : { name: 'gateway', certData: base64(certificate.cert), keyData: base64(certificate.key) }
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [
      {
        ...{ name: 'target', server, skipTLSVerify: false },
        ...(tls.ca !== undefined && { caData: base64(tls.ca) }),
        ...(tls.serverName !== undefined && { tlsServerName: tls.serverName }),
      },
    ],
    users: [user],
    contexts: [{ name: 'target', cluster: 'target', user: 'gateway' }],
    currentContext: 'target',
  })
  return config
}
