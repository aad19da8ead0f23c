import type { Deny, Engine, Evaluation, GateReason } from '@cedargate/policy-schema'
import type { AuthReason, Refusal } from './contract.ts'

/** What a client may do about each refusal that is not a policy's. */
const sentences: { readonly [code in GateReason | AuthReason]: { readonly message: string; readonly next?: string } } =
  {
    approval_required: { message: 'a person has to approve this operation' },
    approval_denied: { message: 'a person has denied this operation' },
    approval_expired: { message: 'nobody approved this operation in time' },
    approval_withdrawn: { message: 'the wish for an approval was withdrawn' },
    approval_unavailable: {
      message: 'this operation needs an approval, and this gateway cannot ask for one yet',
      next: 'ask for a role that may do it without one',
    },
    trail_unavailable: {
      message: 'the audit trail cannot be written, so nothing is let through',
      next: 'tell the operators of the gateway',
    },
    bundle_expired: {
      message: 'the policies in force have expired',
      next: 'publish or renew the bundle',
    },
    session_ended: { message: 'the session has ended', next: 'connect again' },
    draining: { message: 'the gateway is shutting down', next: 'connect again' },
    budget_exceeded: { message: 'the budget of this role is used up' },
    store_unavailable: { message: 'the state of the gateway cannot be read' },
    auth_failed: { message: 'the token was not accepted' },
    role_not_granted: { message: 'the token does not grant this role' },
    unknown_target: { message: 'there is no such target for this role' },
    too_many_sessions: {
      message: 'too many sessions are open',
      next: 'end some, or raise `limits.maxSessions` of the gateway',
    },
    too_many_sessions_of_one: {
      message: 'this principal has too many sessions open',
      next: 'end some, or raise `limits.maxSessionsPerPrincipal` of the gateway',
    },
    too_many_calls_of_one: {
      message: 'this principal has too many calls under way',
      next: 'end some, watches and streams among them, or raise `limits.maxCallsPerPrincipal` of the gateway',
    },
    no_bundle: { message: 'no policies are in force yet', next: 'publish a bundle' },
  }

export function gateRefusal(
  code: GateReason | AuthReason,
  commit: string,
  more: Partial<Pick<Refusal, 'message' | 'next' | 'policies' | 'reasons' | 'approvers'>> = {},
): Refusal {
  return { code, reasons: [], policies: [], commit, ...sentences[code], ...more }
}

/** A pending that nobody can be asked about is a deny that says who would have to be. */
export function pendingRefusal(evaluation: Evaluation, engine: Engine): Refusal {
  const { decision } = evaluation
  if (decision.effect !== 'pending') throw new TypeError('only a pending decision is refused so')
  const { approvers, policies } = decision
  return gateRefusal('approval_unavailable', engine.commit, {
    message: `this operation needs the approval of role ${approvers.map(role => `\`${role}\``).join(' or ')}, and this gateway cannot ask for one yet`,
    policies,
    approvers,
    reasons: reasonsOf(policies, engine),
  })
}

export function denyRefusal(decision: Deny, engine: Engine): Refusal {
  return {
    code: decision.reason,
    message: decision.detail,
    reasons: reasonsOf(decision.policies, engine),
    policies: decision.policies,
    commit: engine.commit,
    next: nextOf[decision.reason],
  }
}

const nextOf: { readonly [reason in Deny['reason']]: string } = {
  forbidden: 'do it in a way that the reason allows, or in a role that may; trying again does not help',
  no_permit: 'use a role that is permitted to do it, or ask the policy owners; trying again does not help',
  policy_error: 'tell the policy owners that a policy failed',
  request_invalid: 'tell the operators of the gateway',
  engine_failed: 'tell the operators of the gateway',
  unmapped: 'ask for it in a way that the gateway knows; trying again does not help',
  unparseable: 'check the syntax',
  unresolved: 'name what exists, in full: a table with its schema, an object that the target would take',
  too_large: 'send less at once',
}

function reasonsOf(policies: readonly string[], engine: Engine): readonly string[] {
  const reasons = policies.map(id => engine.policy(id)?.reason).filter(reason => reason !== undefined)
  return [...new Set(reasons)]
}
