import type { Approval, Facts, Issuer, PolicyTest, Repository, Session } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import { unknownTarget } from './operation.ts'

/** A Monday at noon: what a test's clock says unless it says otherwise. */
export const testInstant = '2026-01-05T12:00:00.000Z'

const hourMs = 3_600_000

/** Who asks, as a test or a person types it. */
export type Asker = Pick<PolicyTest, 'as' | 'target' | 'at' | 'from' | 'verified'>

/**
 * The facts of a typed operation: a session just begun, a task that is verified unless `verified` says no.
 *
 * @param approval what was granted, if anything
 * @throws CliError `ERR_UNKNOWN_TARGET`, `ERR_UNKNOWN_ROLE`
 */
export function toFacts(asker: Asker, repository: Repository, approval?: Omit<Approval, 'grantedAt'>): Facts {
  const now = Date.parse(asker.at ?? testInstant)
  return {
    session: toSession(asker, repository, now),
    source: asker.from ?? '127.0.0.1',
    now,
    ...(approval === undefined ? {} : { approval: { ...approval, grantedAt: now } }),
  }
}

function toSession({ as, target, verified }: Asker, repository: Repository, now: number): Session {
  if (target !== 'gate' && !repository.targets.has(target)) throw unknownTarget(target, repository)
  return {
    id: '00000000-0000-4000-8000-000000000000',
    principal:
      as.agent === undefined ? { type: 'Gate::User', id: as.user ?? '' } : { type: 'Gate::Agent', id: as.agent },
    ...(as.owner === undefined ? {} : { owner: { type: 'Gate::User', id: as.owner } }),
    issuer: issuerOf(as, repository).name,
    role: as.role,
    ...(as.task === undefined
      ? {}
      : { task: { id: as.task.id ?? 'test', kind: as.task.kind ?? 'test', verified: verified ?? true } }),
    target,
    credentialId: 'test',
    startedAt: now,
    expiresAt: now + hourMs,
  }
}

/** The issuer that is named, or the first that can grant the role to such a principal. */
function issuerOf(as: PolicyTest['as'], repository: Repository): Issuer {
  const kind = as.agent === undefined ? 'user' : 'agent'
  const issuers = [...repository.identities.issuers.values()]
  const able = issuers.filter(issuer => issuer.grants.some(grant => grant.roles.includes(as.role)))
  const found = able.find(issuer =>
    as.issuer === undefined ? issuer.principal === kind : issuer.name === as.issuer || issuer.issuer === as.issuer,
  )
  if (found !== undefined) return found
  const roles = new Set(issuers.flatMap(issuer => issuer.grants.flatMap(grant => grant.roles)))
  throw new CliError(
    'ERR_UNKNOWN_ROLE',
    as.issuer !== undefined
      ? `issuer \`${as.issuer}\` does not grant the role \`${as.role}\`, next: correct it or grant the role in identities.yaml`
      : roles.has(as.role)
        ? `no issuer grants the role \`${as.role}\` to ${kind === 'agent' ? 'an agent' : 'a user'}, next: see identities.yaml`
        : `no issuer grants the role \`${as.role}\`, next: name one of ${listed(roles)}`,
  )
}

function listed(names: Iterable<string>): string {
  const all = [...names].sort().map(name => `\`${name}\``)
  return all.length === 0 ? 'none' : all.join(', ')
}
