import { type Evaluation, loadGrammars, type PostgresOperation, type Target } from '@cedargate/policy-schema'
import type { Admitted, Door, Gate } from '../../gateway/src/core/contract.ts'
import { listen } from '../../gateway/src/core/listener.ts'
import { createPostgresAdapter } from '../../gateway/src/protocols/postgres/adapter.ts'
import { noCast } from '../../gateway/src/trail/no-casts.test-support.ts'
import { serveApart } from '../apart.ts'

export interface UndecidedSettings {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

const evaluation: Evaluation = {
  decision: { effect: 'allow', policies: [] },
  requests: [],
  requestsDigest: '',
  obligations: {},
}

/** The adapter alone: it reads and frames as ever, nobody decides and nothing is recorded. What deciding costs is the rest. */
serveApart(async ({ host, port, database, user, password }: UndecidedSettings) => {
  await loadGrammars() // what cannot be read would have the target asked how it reads
  const settings = { host, port, database, tls: { mode: 'disable' }, roles: { app: { user, credential: 'c' } } }
  const target: Target = { name: 'orders-db', protocol: 'postgres', tags: [], settings }
  const session = {
    id: 'undecided',
    principal: { type: 'Gate::Agent', id: 'bench' },
    issuer: 'bench',
    role: 'app',
    target: target.name,
    credentialId: 'c',
    startedAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
  } as const
  const gate: Gate<PostgresOperation> = {
    session,
    target,
    credential: { name: 'c', user, longLived: true, secret: async () => password, certificate: async () => undefined },
    bundle: 'none',
    ended: new AbortController().signal,
    admit: (operation): Admitted<PostgresOperation> => ({
      allowed: true,
      operation,
      evaluation,
      bundle: 'none',
      commit: 'none',
      openCast: noCast,
      finish: () => {},
    }),
    evaluate: () => evaluation,
    end: () => {},
  }
  const door: Door<PostgresOperation> = { open: async () => gate, rejected: () => {} }
  const adapter = createPostgresAdapter({ tls: { mode: 'optional' } })
  const listener = await listen({ host: '127.0.0.1', port: 0, serve: socket => adapter.serve(socket, door) })
  return listener.port
})
