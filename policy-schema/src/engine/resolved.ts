import type { SchemaModel } from '../cedar/schema.ts'
import type { Evaluation } from '../decision.ts'
import type { Work } from '../work.ts'
import { type Varies, variesWith } from './context.ts'
import type { Mapping } from './mapping.ts'
import type { IndexedPolicy } from './policy-index.ts'
import { type Question, questionOf } from './question.ts'
import type { Slice } from './slices.ts'
import type { Subject } from './subject.ts'

/** Which policies decide: those in force, or those with the shadow policies among them. */
export type Regime = 'enforced' | 'proposed'

/** What follows from who asks what of what, whatever else the request holds: it depends on `scopeKey` alone. */
export interface Scoped {
  readonly serial: number
  /** The policies whose scope matches. */
  readonly matching: { readonly [R in Regime]: readonly IndexedPolicy[] }
  /** The slice that they make; `undefined`: nothing matches, so nothing permits. */
  readonly slices: { readonly [R in Regime]: Slice | undefined }
  readonly hasShadow: boolean
  readonly varies: Varies
}

/** One request of one subject. */
export interface Asked {
  readonly question: Question
  readonly scoped: Scoped
}

/** An operation as one subject asks it. */
export interface Resolved {
  readonly serial: number
  readonly asked: readonly Asked[]
  readonly hasShadow: boolean
  readonly varies: Varies
  /** Whether no fact but the subject changes the answer. */
  readonly constant: boolean
  /** Kept here where it is constant. */
  evaluation?: Evaluation
}

/** Makes the slice of a question; `undefined` where no policy can answer it. */
export type SliceOf = (question: Question, matching: readonly IndexedPolicy[], regime: Regime) => Slice | undefined

export function scope(
  question: Question,
  serial: number,
  proposed: readonly IndexedPolicy[],
  sliceOf: SliceOf,
): Scoped {
  const enforced = proposed.filter(policy => !policy.shadow)
  const hasShadow = enforced.length < proposed.length
  const slice = sliceOf(question, enforced, 'enforced')
  const slices = { enforced: slice, proposed: hasShadow ? sliceOf(question, proposed, 'proposed') : slice }
  const trees = [slices.enforced, slices.proposed].flatMap(one =>
    one ? [one.reads === 'everything' ? all : one.reads.context] : [],
  )
  return { serial, matching: { enforced, proposed }, slices, hasShadow, varies: variesWith(trees) }
}

export function* resolve(
  mapping: Extract<Mapping, { requests: unknown }>,
  subject: Subject,
  serial: number,
  schema: SchemaModel,
  scopedOf: (question: Question) => Scoped,
): Work<Resolved> {
  const asked: Asked[] = []
  for (const request of mapping.requests) {
    const question = questionOf(request, subject, schema)
    asked.push({ question, scoped: scopedOf(question) })
    yield
  }
  const any = (fact: keyof Varies) => asked.some(({ scoped }) => scoped.varies[fact])
  const varies = {
    session: any('session'),
    source: any('source'),
    now: any('now'),
    task: any('task'),
    approval: any('approval'),
  }
  return {
    serial,
    asked,
    hasShadow: asked.some(({ scoped }) => scoped.hasShadow),
    varies,
    constant: !(varies.session || varies.source || varies.now || varies.task || varies.approval),
  }
}

const all = { whole: true, members: {} }
