import { randomUUID } from 'node:crypto'
import {
  canonicalJson,
  frozen,
  grantedRoles,
  type Operation,
  type Protocol,
  type Repository,
  type Session,
  type Target,
} from '@cedargate/policy-schema'
import type { StaticCredentials } from '../credentials/static-credentials.ts'
import type { Identity, IdentityVerifier } from '../identity/identity.ts'
import { maxTimerMs } from './clock.ts'
import type { AuthReason, Credential, Door, Gate, Login, Refusal, Shown } from './contract.ts'
import { GatewayError } from './errors.ts'
import { FailedLogins } from './failed-logins.ts'
import { type GateContext, SessionGate } from './gate.ts'
import { Joins } from './joins.ts'
import { gateRefusal } from './refusal.ts'
import type { NoSeat, Seat, Seats } from './seats.ts'

export interface DoorOptions extends GateContext {
  readonly verifier: IdentityVerifier
  readonly credentials: StaticCredentials
  readonly seats: Seats
  /** No session lasts longer; as long as its token unless given. */
  readonly maxSessionMs?: number
  /** A session that logins join ends when none has held it for so long. 15 minutes unless given. */
  readonly idleMs?: number
  /** Of one principal, at once: logins that join hold a session for a call each. 256 unless given. */
  readonly maxCallsPerPrincipal?: number
  /** How often what goes on is decided again, for policies that read the clock. 10 s unless given. */
  readonly recheckMs?: number
}

interface OpenSession {
  readonly identity: Identity
  readonly shown: Login['shown']
  readonly gate: SessionGate<never>
  expiry: NodeJS.Timeout | undefined
}

/** Login → Session. The only place that makes session ids, and that knows which sessions are open. */
export class Doors {
  readonly #options: DoorOptions
  readonly #open = new Map<string, OpenSession>()
  readonly #failures: FailedLogins
  readonly #joins: Joins
  readonly #clock: NodeJS.Timeout
  #draining = false

  constructor(options: DoorOptions) {
    this.#options = options
    const { trail, now } = options
    this.#failures = new FailedLogins({ note: body => trail.note(body), now })
    this.#joins = new Joins({ now, idleMs: options.idleMs, maxCallsPerPrincipal: options.maxCallsPerPrincipal })
    options.policies.onActivated(() => this.#recheck())
    this.#clock = setInterval(() => this.#recheckStreams(), options.recheckMs ?? 10_000).unref()
  }

  get openSessions(): number {
    return this.#open.size
  }

  /** The door of one protocol. */
  of<O extends Operation>(protocol: Protocol<O>): Door<O> {
    return {
      open: login => this.#login(protocol, login),
      rejected: (source, code, detail) => this.#failed(protocol.name, source, code, detail),
    }
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Lets nobody in any more, and asks every session to end. */
  drain(): void {
    this.#draining = true
    for (const { gate } of this.#open.values()) gate.stop(gateRefusal('draining', this.#commit))
  }

  /** Nobody comes any more. */
  close(): void {
    clearInterval(this.#clock)
    this.#failures.sum()
  }

  get #commit(): string {
    return this.#options.policies.stamp.commit
  }

  async #login<O extends Operation>(protocol: Protocol<O>, login: Login): Promise<Gate<O> | Refusal> {
    const { policies, verifier, now } = this.#options
    if (this.#draining) return this.#turnedAway(login, 'draining')
    const joined = login.joins && this.#joins.known<O>(login)
    if (joined === 'too_many_calls_of_one') return this.#turnedAway(login, joined)
    if (joined) return joined
    const inForce = policies.inForce
    if (inForce === undefined) return this.#turnedAway(login, 'no_bundle')
    if (now() >= inForce.expiresAt) return this.#turnedAway(login, 'bundle_expired')
    try {
      const identity = await verifier.verify(login.token, inForce.repository.identities, now())
      // the policies may have changed meanwhile: what is granted is asked of those in force now
      const repository = policies.inForce?.repository ?? inForce.repository
      const denied = notGranted(identity, repository, verifier)
      if (denied !== undefined || identity.role !== login.role)
        return this.#turnedAway(login, 'role_not_granted', denied ?? `the token is for role \`${identity.role}\``)
      const target = repository.targets.get(login.target)
      const shown = target?.protocol === login.protocol ? login.shown(target, login.role) : undefined
      if (target === undefined || shown === undefined) return this.#turnedAway(login, 'unknown_target')
      this.#options.credentials.check(shown.credential, shown.host)
      const open = () => this.#seated(protocol, login, identity, { target, credential: this.#credential(shown) })
      if (!login.joins) return await open()
      const joining = await this.#joins.join(keyOf(identity, login), login, open)
      return joining === 'too_many_calls_of_one' ? this.#turnedAway(login, joining) : joining
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      return this.#turnedAway(login, 'auth_failed', error.message, error.code)
    }
  }

  async #seated<O extends Operation>(
    protocol: Protocol<O>,
    login: Login,
    identity: Identity,
    opened: { readonly target: Target; readonly credential: Credential },
  ): Promise<SessionGate<O> | Refusal> {
    const seat = await this.#seat(identity)
    if (typeof seat === 'string') return this.#turnedAway(login, seat)
    return await this.#admitted(protocol, login, identity, { ...opened, seat }).catch(error => {
      seat.free()
      throw error
    })
  }

  /** A session that nobody holds gives way to one that somebody wants. */
  async #seat({ principal }: Identity): Promise<Seat | NoSeat> {
    const { seats } = this.#options
    const seat = await seats.take({ principal })
    if (typeof seat !== 'string') return seat
    const theirs = (gate: SessionGate<never>) => canonicalJson(gate.session.principal) === canonicalJson(principal)
    const ended = this.#joins.endIdle(seat === 'too_many_sessions' ? () => true : theirs)
    return ended ? await seats.take({ principal }) : seat
  }

  async #admitted<O extends Operation>(
    protocol: Protocol<O>,
    login: Login,
    identity: Identity,
    { target, credential, seat }: { readonly target: Target; readonly credential: Credential; readonly seat: Seat },
  ): Promise<SessionGate<O> | Refusal> {
    const { trail, now, counters, maxSessionMs = Number.POSITIVE_INFINITY } = this.#options
    const startedAt = now()
    const { principal, owner, issuer, role, task, credentialId, expiresAt } = identity
    // so that an engine may know it by its identity
    const session: Session = frozen({
      id: randomUUID(),
      principal,
      ...(owner !== undefined && { owner }),
      issuer,
      role,
      ...(task !== undefined && { task }),
      target: target.name,
      credentialId,
      startedAt,
      expiresAt: Math.min(expiresAt, startedAt + maxSessionMs),
    })
    const { source } = login
    trail.note({
      kind: 'auth.succeeded',
      source,
      protocol: protocol.name,
      issuer,
      subject: principal.id,
      role,
      target: target.name,
      credentialId,
    })
    const { name, user, longLived } = credential
    const recorded = await trail.record({
      kind: 'session.started',
      session,
      protocol: protocol.name,
      source,
      credential: { name, user, longLived },
    })
    if (recorded === undefined) {
      seat.free()
      return gateRefusal('trail_unavailable', this.#commit)
    }
    counters.login(protocol.name, 'succeeded')
    return this.#begin(protocol, { session, target, credential, seat }, identity, login.shown)
  }

  #begin<O extends Operation>(
    protocol: Protocol<O>,
    opened: {
      readonly session: Session
      readonly target: Target
      readonly credential: Credential
      readonly seat: Seat
    },
    identity: Identity,
    shown: Login['shown'],
  ): SessionGate<O> {
    const { id, expiresAt } = opened.session
    const gate = new SessionGate(this.#options, protocol, opened, () => {
      clearTimeout(this.#open.get(id)?.expiry)
      this.#open.delete(id)
      opened.seat.free()
    })
    this.#open.set(id, { identity, shown, gate: gate as unknown as SessionGate<never>, expiry: undefined })
    this.#endAt(expiresAt, id)
    // it may have begun to drain, or the policies may have changed, while the line was written
    if (this.#draining) gate.stop(gateRefusal('draining', this.#commit))
    else this.#recheckOne({ identity, shown, gate })
    return gate
  }

  /** A timer holds 24.8 days at most: a session that lives longer is looked at again then. */
  #endAt(expiresAt: number, id: string): void {
    const opened = this.#open.get(id)
    if (opened === undefined) return
    const left = expiresAt - this.#options.now()
    const byToken = expiresAt >= opened.identity.expiresAt
    const expired = {
      message: byToken ? 'the token of this session has expired' : 'no session may last longer',
    }
    if (left <= 0) opened.gate.stop(gateRefusal('session_ended', this.#commit, expired))
    else opened.expiry = setTimeout(() => this.#endAt(expiresAt, id), Math.min(left, maxTimerMs)).unref()
  }

  #credential(shown: Shown): Credential {
    return {
      name: shown.credential,
      user: shown.user,
      longLived: true,
      secret: () => this.#options.credentials.secret(shown.credential, shown.host),
      certificate: () => this.#options.credentials.certificate(shown.credential, shown.host),
    }
  }

  #recheck(): void {
    for (const opened of this.#open.values()) this.#recheckOne(opened)
    this.#recheckStreams()
  }

  #recheckStreams(): void {
    for (const { gate } of this.#open.values()) void gate.recheck()
  }

  /** Law 7: a session whose identity would no longer be granted its role is ended. */
  #recheckOne({
    identity,
    shown,
    gate,
  }: Pick<OpenSession, 'identity' | 'shown'> & {
    readonly gate: { readonly target: Target; stop(refusal: Refusal): void }
  }): void {
    const repository = this.#options.policies.inForce?.repository
    if (repository === undefined) return
    const denied =
      notGranted(identity, repository, this.#options.verifier) ??
      (sameTarget(gate.target, identity.role, shown, repository)
        ? undefined
        : `target \`${gate.target.name}\` has changed`)
    if (denied !== undefined) gate.stop(gateRefusal('session_ended', this.#commit, { message: denied }))
  }

  #turnedAway(
    login: Login,
    code: AuthReason | 'draining' | 'bundle_expired',
    message?: string,
    cause: string = code,
  ): Refusal {
    const refusal = gateRefusal(code, this.#commit, message === undefined ? {} : { message })
    this.#failed(login.protocol, login.source, cause, refusal.message)
    return refusal
  }

  #failed(protocol: Login['protocol'], source: string, code: string, detail: string): void {
    this.#options.counters.login(protocol, code)
    this.#failures.failed({ source, protocol, code, detail })
  }
}

/** Two tokens open two sessions, also those that bear one id: each says whom it is for by all of its claims. */
function keyOf({ issuer, keyId, claims }: Identity, { protocol, role, target }: Login): string {
  return canonicalJson([protocol, target, role, issuer, keyId, claims])
}

/** Why this identity has not, or has no longer, the role that its token is for. */
function notGranted(identity: Identity, repository: Repository, verifier: IdentityVerifier): string | undefined {
  const issuer = repository.identities.issuers.get(identity.issuer)
  if (issuer === undefined || !verifier.stillVouched(identity, issuer))
    return `the issuer or key that vouched for \`${identity.principal.id}\` is no longer trusted`
  if (!grantedRoles(issuer, identity.claims).includes(identity.role))
    return `\`${identity.principal.id}\` is not granted role \`${identity.role}\``
  return undefined
}

/** An open connection leads where the target led when it was opened; tags and classification may change. */
function sameTarget(target: Target, role: string, shown: Login['shown'], repository: Repository): boolean {
  const now = repository.targets.get(target.name)
  if (now?.protocol !== target.protocol) return false
  return canonicalJson(shown(now, role)) === canonicalJson(shown(target, role))
}
