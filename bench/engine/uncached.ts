import {
  completed,
  createEngine,
  type EngineOptions,
  type Mapped,
  type Operation,
  type PolicyIndex,
  type PostgresOperation,
  protocols,
  type Repository,
  type Session,
} from '@cedargate/policy-schema'
import type { Subject } from './measure.ts'
import { factsOf, operationOf, sessionOf, type Work, works } from './operations.ts'

/** Databases that are asked in turn: as many as the smallest set has whole. */
const databases = 3

/** Reading SQL is not deciding: what is measured starts with the requests of a statement, once they are known. */
const requests = new Map<Operation, Mapped>()
const unknown = { reason: 'unmapped', detail: 'not prepared' } as const
const premapped = {
  ...protocols,
  postgres: { ...protocols.postgres, toRequests: (operation: Operation) => requests.get(operation) ?? unknown },
}

interface Question {
  readonly operation: Operation
  readonly session: Session
  readonly serial: number
}

/** Statements never seen before, by those whose slices were: each is decided anew. */
export function uncached(
  name: string,
  of: { readonly repository: Repository; readonly index: PolicyIndex },
  calls: number,
  options: EngineOptions = {},
): Subject {
  const engine = createEngine(of.repository, of.index, { ...options, protocols: premapped })
  const target = of.repository.targets.get('orders-db')
  if (!target) throw new Error('the corpus has no target')
  const sessions = works.map(sessionOf)
  const nobody = sessionOf({ ...(works[0] as Work), role: 'nobody' })
  let questions: readonly Question[] = []
  let serial = 1
  const ask = (at: number) => {
    const question = questions[at]
    if (!question) throw new Error('asked more than was prepared')
    const { decision } = engine.evaluate(question.operation, factsOf(question.session, question.serial))
    if (decision.effect !== 'allow') throw new Error(`not allowed: ${JSON.stringify(decision)}`)
  }
  const prepare = (count: number) => {
    requests.clear()
    questions = Array.from({ length: count }, (_, at): Question => {
      const [work, session] = [works[at % works.length], sessions[at % works.length]]
      if (!work || !session) throw new Error('nobody works')
      const operation = operationOf(work, Math.floor(at / works.length) % databases, ++serial)
      requests.set(operation, completed(protocols.postgres.toRequests(operation as PostgresOperation, target)))
      return { operation, session, serial }
    })
    // Someone to whom no policy applies has asked each before, so that its requests are known and judged.
    for (const { operation } of questions) engine.evaluate(operation, factsOf(nobody, 0))
  }
  const before = () => {
    if (serial === 1) {
      // Slices are preparsed the first time.
      prepare(works.length * databases)
      for (const at of questions.keys()) ask(at)
    }
    prepare(calls)
  }
  return { name, calls, before, call: ask }
}

/** How many policies each kind of work has to be asked of. */
export function sliceSizes(of: { readonly repository: Repository; readonly index: PolicyIndex }): readonly string[] {
  const engine = createEngine(of.repository, of.index)
  return works.map(work => {
    const { resolved } = engine.resolve(operationOf(work, 0, 1), factsOf(sessionOf(work), 0))
    return `${resolved?.asked.map(({ scoped }) => scoped.matching.enforced.length).join(', ')} for ${work.name}`
  })
}
