import { isIP } from 'node:net'
import { uidText } from '../cedar/scope.ts'
import type { Approval, EntityUid, Facts, Session } from '../operation.ts'

/** Who asks, as far as decisions of several sessions may be the same. */
export interface Subject {
  /** Of all that follows, unambiguously. */
  readonly key: string
  readonly principal: EntityUid
  readonly principalText: string
  readonly role: EntityUid
  readonly roleText: string
  readonly issuer: string
  readonly owner?: EntityUid
}

const maxText = 4_096

/** Unambiguous: no field can end where the next one seems to begin. */
export function subjectKey({ principal, role, issuer, owner }: Session): string {
  const who = `${field(principal.type)}${field(principal.id)}${field(role)}${field(issuer)}`
  return owner ? `o${who}${field(owner.type)}${field(owner.id)}` : `-${who}`
}

export function field(text: string): string {
  return `${text.length}:${text}`
}

export function subjectOf(session: Session): Subject {
  const { principal, issuer, owner } = session
  const uid = ({ type, id }: EntityUid): EntityUid => ({ type, id })
  const role = { type: 'Gate::Role', id: session.role }
  // Only an agent is owned by someone.
  return {
    key: subjectKey(session),
    principal: uid(principal),
    principalText: uidText(principal),
    role,
    roleText: uidText(role),
    issuer,
    ...(owner && principal.type === 'Gate::Agent' ? { owner: uid(owner) } : {}),
  }
}

/** Says why a session may not be shown to Cedar. */
export function judgeSession(session: Session): string | undefined {
  const { principal, owner, task } = session
  if (principal.type !== 'Gate::Agent' && principal.type !== 'Gate::User')
    return 'the principal is no agent and no user'
  if (owner && owner.type !== 'Gate::User') return 'the owner is no user'
  if (!isInstant(session.startedAt)) return 'the session has no start'
  if (task && typeof task.verified !== 'boolean') return 'the task is neither verified nor unverified'
  const texts = [principal.id, session.role, session.issuer, session.target, session.id]
  if (owner) texts.push(owner.id)
  if (task) texts.push(task.id, task.kind)
  return texts.every(isText) ? undefined : 'the session holds what is no well-formed text'
}

/**
 * Says why the rest of the facts may not be shown to Cedar.
 *
 * @param sourceIsGood whether this very source was judged before
 */
export function judgeCircumstances({ now, source, approval }: Facts, sourceIsGood: boolean): string | undefined {
  if (!isInstant(now)) return 'the clock shows no instant'
  if (!sourceIsGood && !isAddress(source)) return 'the source is no address'
  return approval && !isApproval(approval) ? 'the approval is malformed' : undefined
}

/** What Cedar's `ip` takes, save ranges: no zone, no IPv4 within IPv6. */
export function isAddress(source: string): boolean {
  const version = isIP(source)
  return version === 4 || (version === 6 && !source.includes('%') && !source.includes('.'))
}

/** The years that Cedar's `datetime` writes in four digits. */
export function isInstant(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= 0 && ms < 253_402_300_800_000
}

function isApproval({ approvers, roles, grantedAt, reason }: Approval): boolean {
  return (
    [approvers, roles].every(list => Array.isArray(list) && list.length <= 1_000 && list.every(isText)) &&
    isInstant(grantedAt) &&
    (reason === undefined || isText(reason))
  )
}

function isText(text: unknown): boolean {
  return typeof text === 'string' && text.length <= maxText && text.isWellFormed()
}
