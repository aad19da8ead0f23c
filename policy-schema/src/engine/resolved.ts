import type { SchemaModel } from '../cedar/schema.ts'
import type { Evaluation } from '../decision.ts'
import type { Candidates } from './candidates.ts'
import { type Varies, variesWith } from './context.ts'
import type { Mapping } from './mapping.ts'
import type { IndexedPolicy } from './policy-index.ts'
import { type Question, questionOf } from './question.ts'
import type { Slice } from './slices.ts'
import type { Subject } from './subject.ts'

/** Which policies decide: those in force, or those with the shadow policies among them. */
export type Regime = 'enforced' | 'proposed'

/** One request of one subject, with the policies whose scope matches and the slice that they make. */
export interface Asked {
  readonly question: Question
  readonly matching: { readonly [R in Regime]: readonly IndexedPolicy[] }
  /** `undefined`: nothing matches, so nothing permits. */
  readonly slices: { readonly [R in Regime]: Slice | undefined }
}

/** An operation as one subject asks it; answers by the facts that they change with. */
export interface Resolved {
  readonly asked: readonly Asked[]
  readonly hasShadow: boolean
  readonly varies: Varies
  /** Whether no fact but the subject changes the answer. */
  readonly constant: boolean
  readonly evaluations: Map<string, Evaluation>
}

/** Makes the slice of a question; `undefined` where no policy can answer it. */
export type SliceOf = (question: Question, matching: readonly IndexedPolicy[], regime: Regime) => Slice | undefined

export function resolve(
  mapping: Extract<Mapping, { requests: unknown }>,
  subject: Subject,
  candidates: Candidates,
  schema: SchemaModel,
  sliceOf: SliceOf,
): Resolved {
  const asked = mapping.requests.map((request): Asked => {
    const question = questionOf(request, subject, schema)
    const proposed = candidates.find(question)
    const enforced = proposed.filter(policy => !policy.shadow)
    const same = enforced.length === proposed.length
    const slice = sliceOf(question, enforced, 'enforced')
    return {
      question,
      matching: { enforced, proposed },
      slices: { enforced: slice, proposed: same ? slice : sliceOf(question, proposed, 'proposed') },
    }
  })
  const slices = asked.flatMap(({ slices: { enforced, proposed } }) => [enforced, proposed])
  const varies = variesWith(
    slices.flatMap(slice => (slice ? (slice.reads === 'everything' ? all : slice.reads.context) : [])),
  )
  return {
    asked,
    hasShadow: asked.some(({ matching }) => matching.proposed.length > matching.enforced.length),
    varies,
    constant: Object.values(varies).every(does => !does),
    evaluations: new Map(),
  }
}

const all = { whole: true, members: {} }
