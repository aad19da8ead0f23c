import type { CedarAnswer } from '../cedar/authorize.ts'
import type { Evaluation } from '../decision.ts'
import { Generations } from './generations.ts'
import type { Scoped } from './resolved.ts'
import type { Subject } from './subject.ts'

const mebi = 1024 * 1024
/** Characters, as generations weigh. */
const answerCharacters = 300
const scopeCharacters = 1_000
const policyCharacters = 20

/** What an engine remembers beside mappings and slices, each bounded by what it weighs. */
export function createMemory() {
  return {
    answers: new Generations<CedarAnswer>(8_192, 8 * mebi, weightOfAnswer),
    /** Evaluations that change with more facts than who asks. */
    variants: new Generations<Evaluation>(8_192, 8 * mebi, weightOfEvaluation),
    subjects: new Generations<Subject>(4_096, 4 * mebi, ({ key }) => key.length),
    scopes: new Generations<Scoped>(4_096, 8 * mebi, weightOfScope),
  }
}

function weightOfAnswer({ policies, errors }: CedarAnswer): number {
  let weight = 0
  for (const id of policies) weight += id.length
  for (const { policy, message } of errors) weight += policy.length + message.length
  return weight
}

function weightOfEvaluation({ requests }: Evaluation): number {
  let weight = 0
  for (const { policies } of requests) weight += answerCharacters + policyCharacters * policies.length
  return weight
}

function weightOfScope({ matching }: Scoped): number {
  return scopeCharacters + policyCharacters * matching.proposed.length
}
