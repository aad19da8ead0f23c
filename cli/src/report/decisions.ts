import { type Decision, type Operation, type Protocol, protocols, type RequestAnswer } from '@cedargate/policy-schema'
import { inert, type Style, shortened } from './style.ts'

const colours = { allow: 'green', deny: 'red', pending: 'yellow' } as const

/** `deny (no_permit)`, `pending for dba`. */
export function prettyDecision(decision: Decision, style: Style): string {
  const by = decision.policies.length === 0 ? '' : style.dim(` by ${decision.policies.join(', ')}`)
  return `${style[colours[decision.effect]](decisionWords(decision))}${by}`
}

export function decisionWords(decision: Decision): string {
  switch (decision.effect) {
    case 'allow':
      return 'allow'
    case 'deny':
      return `deny (${decision.reason})`
    case 'pending':
      return `pending for ${decision.approvers.join(' or ')}${decision.approvals > 1 ? `, ${decision.approvals} people` : ''}`
  }
}

/** What Cedar was asked and answered, one line each. */
export function prettyRequests(requests: readonly RequestAnswer[], style: Style): string[] {
  return requests.flatMap(({ action, resource, effect, policies, errors }) => [
    `${style[colours[effect]](effect.padEnd(5))} ${requestWords(action, resource)}${policies.length === 0 ? '' : style.dim(` by ${policies.join(', ')}`)}`,
    ...(errors ?? []).map(error => style.red(`      ${error.policy} erred: ${inert(error.message)}`)),
  ])
}

/** `select on Table orders-db/orders/audit/events` of two uids. */
export function requestWords(action: string, resource: string): string {
  const [, verb = action] = /::Action::"(.*)"$/.exec(action) ?? []
  const [, type = '', id = resource] = /(\w+)::"(.*)"$/.exec(resource) ?? []
  return inert(`${verb} on ${type} ${id}`)
}

/** An operation in one line. */
export function operationWords(operation: Operation, maxLength = 100): string {
  return shortened(textOf(operation), maxLength)
}

function textOf(operation: Operation): string {
  try {
    return (protocols[operation.protocol] as Protocol<Operation>).toText(operation)
  } catch {
    return JSON.stringify(operation) // of a recording that another version wrote, or somebody else
  }
}
