import {
  createEngine,
  type Decision,
  type Engine,
  type Evaluation,
  PolicyError,
  type PolicyTest,
  type Repository,
  reservedApprovers,
} from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import { toFacts } from './facts.ts'
import { toOperation } from './operation.ts'

/** One expectation that did not hold. */
export interface Difference {
  readonly what: 'expect' | 'by' | 'reason' | 'approvers'
  readonly expected: string
  readonly actual: string
}

export interface TestCase {
  readonly test: PolicyTest
  readonly passed: boolean
  readonly differences: readonly Difference[]
  /** Absent where the test could not be run; `problem` then says why. */
  readonly evaluation?: Evaluation
  readonly problem?: { readonly code: string; readonly message: string }
}

export interface TestFilter {
  /** Part of a test's name. */
  readonly name?: string
  readonly target?: string
  readonly role?: string
  /** A policy that decided. */
  readonly policy?: string
}

/** What the tests of a repository came to. */
export interface TestResult {
  readonly cases: readonly TestCase[]
}

/**
 * Decides every test of a repository as the gateway would.
 *
 * @param filter all given parts must hold
 */
export function runTests(repository: Repository, filter: TestFilter = {}): TestResult {
  const engine = createEngine(repository)
  const cases = repository.tests
    .filter(test => filter.name === undefined || test.name.includes(filter.name))
    .filter(test => filter.target === undefined || test.target === filter.target)
    .filter(test => filter.role === undefined || test.as.role === filter.role)
    .map(test => runTest(test, repository, engine))
    .filter(one => filter.policy === undefined || decided(one).includes(filter.policy))
  return { cases }
}

/** The policies that decided a test: what `by:` is compared with, and what counts as tested. */
export function decided({ evaluation }: TestCase): readonly string[] {
  return evaluation?.decision.policies ?? []
}

function runTest(test: PolicyTest, repository: Repository, engine: Engine): TestCase {
  try {
    const evaluation = evaluate(test, repository, engine)
    const differences = compare(test, evaluation.decision)
    return { test, passed: differences.length === 0, differences, evaluation }
  } catch (error) {
    // A test that cannot be run is a failed test; what is no finding about the test is a fault of ours.
    if (!(error instanceof CliError || error instanceof PolicyError)) throw error
    return { test, passed: false, differences: [], problem: { code: error.code, message: error.message } }
  }
}

function evaluate(test: PolicyTest, repository: Repository, engine: Engine): Evaluation {
  const facts = toFacts(test, repository)
  const operation = toOperation(test, repository)
  const unapproved = engine.evaluate(operation, facts)
  if (test.approved === undefined) return unapproved
  const { roles, approvers } = test.approved
  const count = unapproved.decision.effect === 'pending' ? unapproved.decision.approvals : 1
  return engine.evaluate(
    operation,
    toFacts(test, repository, { roles, approvers: approvers ?? reservedApprovers(count) }),
  )
}

function compare(test: PolicyTest, decision: Decision): Difference[] {
  const differences: Difference[] = []
  const expect = (what: Difference['what'], expected: string, actual: string) => {
    if (expected !== actual) differences.push({ what, expected, actual })
  }
  expect('expect', test.expect, decision.effect)
  if (test.by !== undefined) expect('by', set(test.by), set(decision.policies))
  if (test.reason !== undefined) expect('reason', test.reason, decision.effect === 'deny' ? decision.reason : 'none')
  if (test.approvers !== undefined)
    expect('approvers', set(test.approvers), set(decision.effect === 'pending' ? decision.approvers : []))
  return differences
}

function set(names: readonly string[]): string {
  return `[${names.toSorted().join(', ')}]`
}
