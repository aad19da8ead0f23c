import { createEngine, type PolicyIndex, type TrustRoot, type VerifiedBundle } from '@cedargate/policy-schema'
import type { Logger } from 'pino'
import { type Bundles, createBundles } from './bundles/bundles.ts'
import { readConfigured } from './config/read-file.ts'
import type { GatewayConfig } from './config/schema.ts'
import type { Clock } from './core/clock.ts'
import type { Counters } from './core/counters.ts'
import type { InForce } from './core/policies.ts'
import type { StaticCredentials } from './credentials/static-credentials.ts'
import { shown } from './protocols/index.ts'
import type { Store } from './store/store.ts'
import type { Trail } from './trail/trail.ts'

interface Told {
  readonly trail: Trail
  readonly counters: Counters
  readonly log: Logger
}

interface Parts extends Told {
  readonly now: Clock
  readonly store: Store
  readonly credentials: StaticCredentials
  /** @param envelope the bundle's bytes */
  activate(bundle: VerifiedBundle, index: PolicyIndex, envelope: Uint8Array): void
}

/** Brings each newer bundle into force, and leaves a line, a count and a log entry of it and of each that is refused. */
export function followBundles({ bundle: config }: GatewayConfig, parts: Parts): Bundles {
  const { store, credentials, trail, counters, log } = parts
  return createBundles({
    source: sourceOf(config),
    trust: trustOf(config),
    store,
    now: parts.now,
    accept: bundle => checkCredentials(bundle, credentials),
    onActivated(bundle, index, envelope) {
      parts.activate(bundle, index, envelope)
      tellActivated(bundle, parts)
    },
    onRefused(code, detail, source) {
      counters.bundleRefused(code)
      trail.note({ kind: 'bundle.refused', code, detail, source })
      log.error({ code, source }, `bundle refused: ${detail}`)
    },
  })
}

/** What decides once a bundle is in force. */
export function toInForce({ repository, manifest }: VerifiedBundle, index: PolicyIndex): InForce {
  const engine = createEngine(repository, index)
  return { engine, repository, manifest, expiresAt: Date.parse(manifest.expiresAt) }
}

export function tellActivated(bundle: VerifiedBundle, { trail, counters, log }: Told): void {
  const { manifest, keys, repository } = bundle
  const { ref, epoch, commits, issuedAt, expiresAt, digest } = manifest
  counters.bundlesActivated += 1
  trail.note({
    ...{ kind: 'bundle.activated', repository: manifest.repository, ref, epoch, commits, issuedAt, expiresAt },
    ...{ keys, policies: repository.policies.length },
  })
  log.info({ bundle: digest, commits, policies: repository.policies.length }, 'policies in force')
}

/** Whom a gateway believes. @throws GatewayError where a key cannot be read */
export function trustOf(config: GatewayConfig['bundle']): TrustRoot {
  return { ...config, keys: config.keys.map(path => readConfigured(path, 'bundle.keys')) }
}

function sourceOf({ file, folder }: GatewayConfig['bundle']) {
  if (file !== undefined) return { file }
  if (folder !== undefined) return { folder }
  throw new TypeError('the configuration was not read by `readConfig`')
}

/** A target may name only credentials that may be shown to its host: checked before the policies are in force. */
export function checkCredentials({ repository }: VerifiedBundle, credentials: StaticCredentials): void {
  for (const target of repository.targets.values()) {
    const { roles } = target.settings as { readonly roles: object }
    for (const role of Object.keys(roles)) {
      const login = shown[target.protocol](target, role)
      if (login !== undefined) credentials.check(login.credential, login.host)
    }
  }
}
