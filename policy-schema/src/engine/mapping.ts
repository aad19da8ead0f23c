import { canonicalJson, digestOf, sha256 } from '../canonical.ts'
import type { SchemaModel } from '../cedar/schema.ts'
import type { Decision, Evaluation } from '../decision.ts'
import type { Operation } from '../operation.ts'
import type { AccessRequest, Mapped, Protocol } from '../protocol.ts'
import { gateTarget } from '../protocols/gate/protocol.ts'
import type { protocols } from '../protocols/index.ts'
import type { Repository, Target } from '../repository/types.ts'
import { isWork, type Work } from '../work.ts'
import { judgeRequests } from './conform.ts'
import { deny } from './folding.ts'
import { frozen } from './frozen.ts'

export type Protocols = typeof protocols

/** What an operation asks, whoever asks it: decided already, or requests to decide. */
export type Mapping =
  | { readonly evaluation: Evaluation }
  | { readonly target: Target; readonly requests: readonly AccessRequest[]; readonly requestsDigest: string }

/** Maps an operation by its protocol, and finds out whether what came of it may be shown to Cedar. */
export function* mapOperation(
  operation: Operation,
  targetName: string,
  targets: Repository['targets'],
  schema: SchemaModel,
  protocols: Protocols,
): Work<Mapping> {
  const protocol = protocolOf(operation, protocols)
  if (!protocol) return settled(deny('unmapped', `no protocol \`${String(operation.protocol)}\``))
  const target = operation.protocol === 'gate' ? gateTarget : targets.get(targetName)
  if (!target) return settled(deny('request_invalid', `no target \`${targetName}\` in these policies`))
  if (target !== gateTarget && target.protocol !== operation.protocol)
    return settled(deny('request_invalid', `target \`${targetName}\` does not speak \`${operation.protocol}\``))
  const begun = protocol.toRequests(operation, target)
  const mapped = isWork(begun) ? yield* begun : begun
  if ('reason' in mapped) {
    const { reason, detail, transient } = mapped
    return settled(deny(transient ? 'engine_failed' : reason, detail), mapped)
  }
  if ('unconditional' in mapped) return settled({ effect: 'allow', policies: [] }, mapped)
  // A cycle or a BigInt has no digest either.
  const problem = yield* judgeRequests(mapped.requests, schema)
  if (problem !== undefined) return settled(deny('request_invalid', problem))
  const texts: string[] = []
  for (const request of mapped.requests) {
    texts.push(canonicalJson(frozen(request)))
    yield
  }
  return { target, requests: frozen(mapped.requests), requestsDigest: sha256(`[${texts.join(',')}]`) }
}

/** A text that does not parse may have met a parser in trouble, so what came of it is not remembered. */
export function mayChange(mapping: Mapping): boolean {
  if (!('evaluation' in mapping)) return false
  const { decision } = mapping.evaluation
  return decision.effect === 'deny' && (decision.reason === 'unparseable' || decision.reason === 'engine_failed')
}

export function protocolOf<O extends Operation>(operation: O, protocols: Protocols): Protocol<O> | undefined {
  // Each protocol takes its own operations, which the compiler cannot follow through an index.
  const all: { readonly [name: string]: unknown } = protocols
  return Object.hasOwn(all, operation.protocol) ? (all[operation.protocol] as Protocol<O>) : undefined
}

/** An evaluation that asks Cedar nothing. */
export function settled(decision: Decision, mapped?: Mapped): { readonly evaluation: Evaluation } {
  const evaluation = { decision, requests: [], requestsDigest: digestOf(mapped ?? []), obligations: {} }
  return { evaluation: frozen(evaluation) }
}
