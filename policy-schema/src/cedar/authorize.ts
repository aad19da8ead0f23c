import type { DetailedError, EntityJson, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs'
import { PolicyError } from '../errors.ts'
import type { EntityUid } from '../operation.ts'
import type { Context, Entity } from '../protocol.ts'
import type { Cedar } from './instance.ts'
import type { RuntimeSchema } from './runtime-schema.ts'

/** One question as Cedar gets it. */
export interface CedarRequest {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: Context
  readonly entities: readonly Entity[]
}

export interface CedarAnswer {
  readonly effect: 'allow' | 'deny'
  /** Sorted: Cedar's own order is random. */
  readonly policies: readonly string[]
  readonly errors: readonly { readonly policy: string; readonly message: string }[]
}

export type AuthorizeCode = 'ERR_CEDAR_PREPARSE' | 'ERR_CEDAR_REQUEST'

/**
 * Keeps policies and a schema under a name. What the name meant before is overwritten without a word.
 *
 * @throws PolicyError `ERR_CEDAR_PREPARSE`; `ERR_CEDAR_TRAPPED`, `ERR_CEDAR_THREW`
 */
export function preparse(
  cedar: Cedar,
  name: string,
  policies: Readonly<Record<string, string>>,
  schema: RuntimeSchema | string,
): void {
  const answers = cedar.call(wasm => [
    wasm.preparsePolicySet(name, { staticPolicies: policies }),
    wasm.preparseSchema(name, schema),
  ])
  for (const answer of answers)
    if (answer.type === 'failure')
      throw new PolicyError<AuthorizeCode>('ERR_CEDAR_PREPARSE', `cedar refused a slice: ${first(answer.errors)}`)
}

/**
 * Asks the policies of a name, the request validated against the schema of that name.
 *
 * @throws PolicyError `ERR_CEDAR_REQUEST` where the request does not fit; `ERR_CEDAR_TRAPPED`, `ERR_CEDAR_THREW`
 */
export function authorize(cedar: Cedar, name: string, request: CedarRequest): CedarAnswer {
  const call: StatefulAuthorizationCall = {
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    context: request.context as StatefulAuthorizationCall['context'],
    entities: request.entities as readonly Entity[] as EntityJson[],
    preparsedPolicySetId: name,
    preparsedSchemaName: name,
    validateRequest: true,
  }
  return answered(cedar.call(wasm => wasm.statefulIsAuthorized(call)))
}

/** Asks policies that no name was given to. For explanations and trials, not for the data path. */
export function authorizeOnce(
  cedar: Cedar,
  policies: Readonly<Record<string, string>>,
  schema: RuntimeSchema | string,
  request: CedarRequest,
): CedarAnswer {
  return answered(
    cedar.call(wasm =>
      wasm.isAuthorized({
        principal: request.principal,
        action: request.action,
        resource: request.resource,
        context: request.context as StatefulAuthorizationCall['context'],
        entities: request.entities as readonly Entity[] as EntityJson[],
        policies: { staticPolicies: policies },
        schema,
        validateRequest: true,
      }),
    ),
  )
}

function answered(
  answer: ReturnType<Parameters<Parameters<Cedar['call']>[0]>[0]['statefulIsAuthorized']>,
): CedarAnswer {
  if (answer.type === 'failure')
    throw new PolicyError<AuthorizeCode>('ERR_CEDAR_REQUEST', `cedar refused the request: ${first(answer.errors)}`)
  const { decision, diagnostics } = answer.response
  return {
    effect: decision,
    policies: diagnostics.reason.sort(),
    errors: diagnostics.errors
      .map(({ policyId, error }) => ({ policy: policyId, message: error.message }))
      .sort((a, b) => (a.policy < b.policy ? -1 : 1)),
  }
}

function first(errors: readonly DetailedError[]): string {
  return errors[0]?.message ?? 'for no reason given'
}
