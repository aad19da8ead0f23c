import type { Repository } from '@cedargate/policy-schema'
import { prettyRequests } from '../report/decisions.ts'
import type { Report } from '../report/report.ts'
import { counted, inert, type Style, shortened } from '../report/style.ts'
import { coverageOf } from './coverage.ts'
import { decided, type TestCase, type TestResult } from './run.ts'

/** What `cedargate test` prints. */
export function toTestReport(repository: Repository, { cases }: TestResult, filtered: boolean): Report {
  const coverage = coverageOf(repository, cases)
  const untested = repository.policies.filter(
    ({ id, annotations }) => annotations.mode !== 'shadow' && !coverage.get(id),
  )
  const failed = cases.filter(one => !one.passed)
  return {
    name: 'test',
    data: {
      passed: cases.length - failed.length,
      failed: failed.length,
      tests: cases.map(toJson),
      coverage: { policies: Object.fromEntries(coverage), untested: untested.map(({ id }) => id) },
    },
    cases: cases.map(one => ({
      suite: one.test.file,
      name: one.test.name,
      file: one.test.file,
      line: one.test.line,
      ...(one.passed ? {} : { failure: failureOf(one) }),
    })),
    pretty: style =>
      [
        ...failed.flatMap(one => [prettyFailure(one, style), '']),
        ...(failed.length > 0 ? [] : prettyPasses(cases, style)),
        summary(cases, failed.length, style),
        // Under a filter, what the other tests cover is not known.
        ...(filtered ? [] : [prettyCoverage(repository.policies.length, untested, style)]),
      ].join('\n'),
  }
}

function toJson({ test, passed, differences, evaluation, problem }: TestCase) {
  return {
    name: test.name,
    file: test.file,
    line: test.line,
    passed,
    ...(evaluation === undefined ? {} : { decision: evaluation.decision }),
    ...(differences.length === 0 ? {} : { differences }),
    ...(problem === undefined ? {} : { problem }),
  }
}

function failureOf({ differences, problem, evaluation }: TestCase): string {
  if (problem !== undefined) return `${problem.message} (${problem.code})`
  const lines = differences.map(({ what, expected, actual }) => `${what}: expected ${expected}, got ${actual}`)
  const decision = evaluation?.decision
  return [...lines, ...(decision?.effect === 'deny' ? [decision.detail] : [])].join('\n')
}

function prettyFailure({ test, differences, problem, evaluation }: TestCase, style: Style): string {
  const head = `${style.red('✗')} ${style.bold(inert(test.name))} ${style.dim(`${test.file}:${test.line}`)}`
  const who = `${test.as.agent ?? test.as.user} as ${test.as.role} on ${test.target}`
  const what = Object.entries(test.operation).map(([key, value]) => `${key}: ${typed(value)}`)
  const lines = [`    ${style.dim(`${inert(who)}, ${what.join(' ')}`)}`]
  if (problem !== undefined)
    return [head, ...lines, `    ${style.red(inert(problem.message))} ${problem.code}`].join('\n')
  for (const { what: field, expected, actual } of differences)
    lines.push(`  ${style.red(`- ${field}: ${expected}`)}`, `  ${style.green(`+ ${field}: ${actual}`)}`)
  const decision = evaluation?.decision
  if (decision?.effect === 'deny') lines.push(`    ${style.dim(inert(decision.detail))}`)
  return [head, ...lines, ...prettyRequests(evaluation?.requests ?? [], style).map(line => `    ${line}`)].join('\n')
}

function prettyPasses(cases: readonly TestCase[], style: Style): string[] {
  const files = Map.groupBy(cases, one => one.test.file)
  return [...files].flatMap(([file, here]) => [
    style.underline(file),
    ...here.map(one => `  ${style.green('✓')} ${inert(one.test.name)}${style.dim(` ${because(one)}`)}`),
    '',
  ])
}

/** As a test's `by:` or `reason:` would have it. */
function because(one: TestCase): string {
  const by = decided(one)
  const decision = one.evaluation?.decision
  if (by.length > 0) return `by ${by.join(', ')}`
  return decision?.effect === 'deny' ? `(${decision.reason})` : ''
}

function summary(cases: readonly TestCase[], failed: number, style: Style): string {
  const passed = cases.length - failed
  if (failed === 0) return style.green(`${counted(passed, 'test')} passed`)
  return `${style.red(`${counted(failed, 'test')} failed`)}, ${passed} passed`
}

function prettyCoverage(policies: number, untested: readonly { readonly id: string }[], style: Style): string {
  const covered = policies - untested.length
  if (untested.length === 0) return style.dim(`${counted(covered, 'policy decides', 'policies decide')} a test`)
  return `${style.yellow(`${counted(untested.length, 'policy decides', 'policies decide')} no test`)}: ${untested.map(({ id }) => id).join(', ')}`
}

function typed(value: unknown): string {
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), 100)
}
