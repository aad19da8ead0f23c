import { createEngine, type VerifiedBundle } from '@cedargate/policy-schema'
import type { Logger } from 'pino'
import { type Bundles, createBundles } from './bundles/bundles.ts'
import { readConfigured } from './config/read-file.ts'
import type { GatewayConfig } from './config/schema.ts'
import type { Counters } from './core/counters.ts'
import type { Policies } from './core/policies.ts'
import type { StaticCredentials } from './credentials/static-credentials.ts'
import type { Store } from './store/store.ts'
import type { Trail } from './trail/trail.ts'

interface Parts {
  readonly store: Store
  readonly credentials: StaticCredentials
  readonly policies: Policies
  readonly trail: Trail
  readonly counters: Counters
  readonly log: Logger
}

/** Brings each newer bundle into force, and leaves a line, a count and a log entry of it and of each that is refused. */
export function followBundles({ bundle: config }: GatewayConfig, parts: Parts): Bundles {
  const { store, credentials, policies, trail, counters, log } = parts
  return createBundles({
    source: sourceOf(config),
    trust: { ...config, keys: config.keys.map(path => readConfigured(path, 'bundle.keys')) },
    store,
    now: Date.now,
    accept: bundle => checkCredentials(bundle, credentials),
    onActivated(bundle, index) {
      const { manifest, keys, repository } = bundle
      const { ref, epoch, commits, issuedAt, expiresAt, digest } = manifest
      const engine = createEngine(repository, index)
      policies.activate({ engine, repository, manifest, expiresAt: Date.parse(expiresAt) })
      counters.bundlesActivated += 1
      trail.note({
        ...{ kind: 'bundle.activated', repository: manifest.repository, ref, epoch, commits, issuedAt, expiresAt },
        ...{ keys, policies: repository.policies.length },
      })
      log.info({ bundle: digest, commits, policies: repository.policies.length }, 'policies in force')
    },
    onRefused(code, detail, source) {
      counters.bundleRefused(code)
      trail.note({ kind: 'bundle.refused', code, detail, source })
      log.error({ code, source }, `bundle refused: ${detail}`)
    },
  })
}

function sourceOf({ file, folder }: GatewayConfig['bundle']) {
  if (file !== undefined) return { file }
  if (folder !== undefined) return { folder }
  throw new TypeError('the configuration was not read by `readConfig`')
}

/** A target may name only credentials that may be shown to its host: checked before the policies are in force. */
function checkCredentials({ repository }: VerifiedBundle, credentials: StaticCredentials): void {
  for (const { settings } of repository.targets.values()) {
    const { host, roles } = settings as { host: string; roles: { [role: string]: { credential: string } } }
    for (const { credential } of Object.values(roles)) credentials.check(credential, host)
  }
}
