import { createEngine, type Repository, reservedApprovers } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import { toFacts } from '../testing/facts.ts'
import { shorthandOf, toOperation } from '../testing/operation.ts'
import { type ExplainedOperation, explainOperation } from './explain.ts'

/** An operation and who asks, as flags. */
export interface Typed {
  readonly as: { readonly agent: string } | { readonly user: string }
  readonly role: string
  readonly target: string
  readonly sql?: string
  readonly connect?: boolean
  readonly kubectl?: string
  readonly api?: string
  readonly operation?: { readonly [shorthand: string]: unknown }
  readonly owner?: string
  readonly issuer?: string
  readonly taskId?: string
  readonly taskKind?: string
  /** ISO 8601 */
  readonly at?: string
  readonly from?: string
  readonly snapshot?: string
  /** Roles. */
  readonly approvedBy?: readonly string[]
}

/**
 * Explains what a person typed.
 *
 * @param text the operation in its bare form, where no flag gives it
 * @throws CliError `ERR_USAGE` where none or several operations are given
 */
export function explainTyped(
  repository: Repository,
  text: string | undefined,
  typed: Typed,
  now: Date,
): ExplainedOperation {
  const { owner, issuer, taskId, taskKind, from, snapshot, target, approvedBy } = typed
  const task = {
    ...(taskId === undefined ? {} : { id: taskId }),
    ...(taskKind === undefined ? {} : { kind: taskKind }),
  }
  const asker = {
    as: {
      ...typed.as,
      role: typed.role,
      ...(owner === undefined ? {} : { owner }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(Object.keys(task).length === 0 ? {} : { task }),
    },
    target,
    at: typed.at ?? now.toISOString(),
    ...(from === undefined ? {} : { from }),
  }
  const facts = toFacts(asker, repository)
  const shorthand = { target, operation: shorthandFrom(repository, text, typed) }
  const operation = toOperation(snapshot === undefined ? shorthand : { ...shorthand, snapshot }, repository)
  if (approvedBy === undefined) return explainOperation(repository, operation, facts)
  const { decision } = createEngine(repository).evaluate(operation, facts)
  const approvers = reservedApprovers(decision.effect === 'pending' ? decision.approvals : 1)
  return explainOperation(repository, operation, toFacts(asker, repository, { roles: approvedBy, approvers }))
}

function shorthandFrom(repository: Repository, text: string | undefined, typed: Typed) {
  const { sql, connect, kubectl, api, operation, target } = typed
  const given = [
    ...(text === undefined ? [] : [{ [shorthandOf(target, repository)]: text }]),
    ...(sql === undefined ? [] : [{ sql }]),
    ...(connect ? [{ connect: {} }] : []),
    ...(kubectl === undefined ? [] : [{ kubectl }]),
    ...(api === undefined ? [] : [{ api }]),
    ...(operation === undefined ? [] : [operation]),
  ]
  const [only, ...others] = given
  if (only === undefined || others.length > 0)
    throw new CliError(
      'ERR_USAGE',
      `${given.length} operations were given, next: give one, as you would type it: 'SELECT …', or 'get pods -n shop'`,
    )
  return only
}
