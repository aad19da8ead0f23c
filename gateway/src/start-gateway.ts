import { join } from 'node:path'
import { createEngine, loadGrammars, type PolicyIndex, protocols, type VerifiedBundle } from '@cedargate/policy-schema'
import type { Logger } from 'pino'
import { createBundles } from './bundles/bundles.ts'
import { readConfigured } from './config/read-file.ts'
import type { GatewayConfig, PostgresListen } from './config/schema.ts'
import { startControl } from './control/control.ts'
import { createMetrics } from './control/metrics.ts'
import { Counters } from './core/counters.ts'
import { Doors } from './core/door.ts'
import { type Listener, listen } from './core/listener.ts'
import { Policies } from './core/policies.ts'
import { createTlsContext, type ServerTls } from './core/tls.ts'
import { createStaticCredentials, type StaticCredentials } from './credentials/static-credentials.ts'
import { gatewayTokens } from './identity/gateway-token.ts'
import { adapters } from './protocols/index.ts'
import { takeStateFolder, trailKey } from './state/state-folder.ts'
import { openStore } from './store/store.ts'
import { openTrail } from './trail/writer.ts'

/** What a gateway does not find in its configuration. */
export interface Surroundings {
  /** Each line of the log carries the commit in force. */
  readonly logger: (commit: () => string) => Logger
  /** Where credentials of kind `env` are. */
  readonly environment: { readonly [name: string]: string | undefined }
  /** Of this package, for the trail. */
  readonly release: string
}

export interface RunningGateway {
  readonly addresses: {
    readonly postgres?: { readonly host: string; readonly port: number }
    /** `http://127.0.0.1:9464` */
    readonly control: string
  }
  /** The commit in force; `none` before the first bundle. */
  commit(): string
  /** Drains: a session ends after the operation under way, at the latest after `limits.drainSeconds`. Idempotent. */
  close(reason?: string): Promise<void>
}

/**
 * Starts a gateway and everything that it consists of. It runs, not ready, also where no valid bundle is there yet.
 *
 * @throws GatewayError or PolicyError with a stable code where it cannot start; nothing of it is left running then
 */
export async function startGateway(config: GatewayConfig, surroundings: Surroundings): Promise<RunningGateway> {
  const undo = new AsyncDisposableStack()
  try {
    return await assemble(config, surroundings, undo)
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

async function assemble(
  config: GatewayConfig,
  { logger, environment, release }: Surroundings,
  parts: AsyncDisposableStack,
): Promise<RunningGateway> {
  await loadGrammars()
  const state = takeStateFolder(config.state)
  parts.defer(() => state.release())
  const store = await openStore(state.path)
  parts.defer(() => store.close())

  const policies = new Policies()
  const log = logger(() => policies.stamp.commit)
  const counters = new Counters()
  const trail = openTrail({
    ...config.trail,
    folder: config.trail.folder ?? join(state.path, 'trail'),
    maxSegmentAgeMs: config.trail.maxSegmentAgeSeconds * 1000,
    gateway: await store.gatewayId(),
    worker: 0,
    key: trailKey(state.path, config.trail.key),
    now: Date.now,
    inForce: () => policies.stamp,
    onFailure: error => {
      counters.trailFailures += 1
      log.error({ err: error }, 'the trail cannot be written: everything is denied')
    },
  })
  parts.defer(() => trail.close())
  let reason = 'failed to start'
  trail.note({ kind: 'gateway.started', release, node: process.version })
  parts.defer(() => trail.note({ kind: 'gateway.stopped', reason }))

  const credentials = createStaticCredentials(config.credentials, environment)
  const bundles = createBundles({
    source: sourceOf(config),
    trust: { ...config.bundle, keys: config.bundle.keys.map(path => readConfigured(path, 'bundle.keys')) },
    store,
    now: Date.now,
    accept: bundle => checkCredentials(bundle, credentials),
    onActivated: (bundle, index) => {
      activate(policies, bundle, index)
      counters.bundlesActivated += 1
      const { manifest, keys, repository } = bundle
      const { ref, epoch, commits, issuedAt, expiresAt } = manifest
      const said = { repository: manifest.repository, ref, epoch, commits, issuedAt, expiresAt, keys }
      trail.note({ kind: 'bundle.activated', ...said, policies: repository.policies.length })
      log.info({ bundle: manifest.digest, commits, policies: repository.policies.length }, 'policies in force')
    },
    onRefused: (code, detail, source) => {
      counters.bundleRefused(code)
      trail.note({ kind: 'bundle.refused', code, detail, source })
      log.error({ code, source }, `bundle refused: ${detail}`)
    },
  })
  parts.defer(() => bundles.close())
  await bundles.start()

  const doors = new Doors({
    policies,
    trail,
    counters,
    credentials,
    verifier: gatewayTokens,
    maxSessions: config.limits.maxSessions,
    now: Date.now,
    clockUs: () => performance.now() * 1000,
  })
  const listeners: Listener[] = []
  const drainMs = config.limits.drainSeconds * 1000
  parts.defer(async () => {
    doors.drain()
    await Promise.all(listeners.map(listener => listener.close(drainMs)))
  })

  const { postgres } = config.listen
  if (postgres !== undefined) {
    const adapter = adapters.postgres({
      tls: serverTls(postgres),
      handshakeMs: config.limits.handshakeSeconds * 1000,
      drainMs,
      log: (event, detail) => log.info(detail, event),
    })
    const door = doors.of(protocols.postgres)
    listeners.push(
      await listen({
        ...hostAndPort(postgres.address),
        maxConnections: config.limits.maxConnections,
        serve: socket => adapter.serve(socket, door),
        refused: source => door.rejected(source, 'ERR_LISTEN_FULL', 'too many connections'),
      }),
    )
  }

  const metrics = createMetrics({
    counters,
    openSessions: () => doors.openSessions,
    trailHealthy: () => trail.healthy,
    trailLost: () => trail.lost,
    bundle: () => policies.inForce && { commit: policies.stamp.commit, expiresAt: policies.inForce.expiresAt },
  })
  const readiness = () => ({
    policies: policiesReady(policies),
    trail: trail.healthy ? undefined : 'the trail cannot be written',
  })
  const control = await startControl(hostAndPort(config.control.address), readiness, metrics, log)
  parts.defer(() => control.close())

  const [first] = listeners
  log.info({ postgres: first && `${first.host}:${first.port}`, control: control.address }, 'gateway started')
  return {
    addresses: { ...(first && { postgres: { host: first.host, port: first.port } }), control: control.address },
    commit: () => policies.stamp.commit,
    async close(why = 'closed') {
      reason = why
      await parts.disposeAsync()
    },
  }
}

function sourceOf({ bundle: { file, folder } }: GatewayConfig) {
  if (file !== undefined) return { file }
  if (folder !== undefined) return { folder }
  throw new TypeError('the configuration was not read by `readConfig`')
}

function activate(policies: Policies, { manifest, repository }: VerifiedBundle, index: PolicyIndex): void {
  policies.activate({
    engine: createEngine(repository, index),
    repository,
    manifest,
    expiresAt: Date.parse(manifest.expiresAt),
  })
}

/** A target may name only credentials that may be shown to its host: checked before the policies are in force. */
function checkCredentials({ repository }: VerifiedBundle, credentials: StaticCredentials): void {
  for (const { settings } of repository.targets.values()) {
    const { host, roles } = settings as { host: string; roles: { [role: string]: { credential: string } } }
    for (const { credential } of Object.values(roles)) credentials.check(credential, host)
  }
}

function policiesReady({ inForce }: Policies): string | undefined {
  if (inForce === undefined) return 'no policies are in force yet'
  return Date.now() < inForce.expiresAt ? undefined : 'the policies have expired'
}

function serverTls({ tls }: PostgresListen): ServerTls {
  const mode = tls.required ? 'required' : 'optional'
  if (tls.certificate === undefined || tls.key === undefined) return { mode }
  const cert = readConfigured(tls.certificate, 'listen.postgres.tls.certificate')
  return { mode, context: createTlsContext({ cert, key: readConfigured(tls.key, 'listen.postgres.tls.key') }) }
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) }
}
