import { isIP } from 'node:net'
import type { Diagnostic } from '../errors.ts'
import { protocols } from '../protocols/index.ts'
import { checkShape } from './check.ts'
import { testsShape } from './shapes.ts'
import type { Identities, PolicyTest, Target } from './types.ts'
import type { Path, YamlDocument } from './yaml.ts'

export type TestCode =
  | 'ERR_TARGET_UNKNOWN'
  | 'ERR_ROLE_UNKNOWN'
  | 'ERR_ISSUER_UNKNOWN'
  | 'ERR_SNAPSHOT_UNKNOWN'
  /** Neither or both of agent and user. */
  | 'ERR_TEST_PRINCIPAL'
  /** No operation, more than one, or one of another protocol than the target's. */
  | 'ERR_TEST_OPERATION'
  /** `by`, `reason` or `approvers` where the expected decision has none. */
  | 'ERR_TEST_EXPECTATION'
  | 'ERR_TEST_TIME'
  | 'ERR_TEST_ADDRESS'

const shorthands = Object.values(protocols).flatMap(protocol => protocol.shorthands)
const shape = testsShape(shorthands)

/** What a test may name. `undefined` where that part could not be read: nothing is said of it then. */
export interface Known {
  readonly targets: ReadonlyMap<string, Target> | undefined
  readonly identities: Identities | undefined
  readonly snapshots: ReadonlyMap<string, object>
}

/** One `tests/*.test.yaml`. Tests with a finding are left out. */
export function readTests(
  document: YamlDocument,
  known: Known,
): { readonly tests: readonly PolicyTest[]; readonly diagnostics: readonly Diagnostic[] } {
  const faults = checkShape(document, shape, document.value)
  if (faults.length > 0) return { tests: [], diagnostics: faults }
  const tests: PolicyTest[] = []
  const diagnostics: Diagnostic[] = []
  for (const [index, entry] of (document.value as readonly TestEntry[]).entries()) {
    const operation = Object.fromEntries(Object.entries(entry).filter(([key]) => shorthands.includes(key)))
    const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => !shorthands.includes(key)))
    const { line } = document.report('', '', [index])
    const test = { ...rest, operation, file: document.file, line } as unknown as PolicyTest
    const findings = judge(test, [index], document, known)
    if (findings.length > 0) diagnostics.push(...findings)
    else tests.push(test)
  }
  return { tests, diagnostics }
}

type TestEntry = { readonly [key: string]: unknown }

function judge(test: PolicyTest, path: Path, document: YamlDocument, known: Known): Diagnostic[] {
  const report = (code: TestCode, message: string, ...steps: string[]) =>
    document.report(code, message, [...path, ...steps])
  return [
    ...judgePrincipal(test, known, report),
    ...judgeOperation(test, path, document, known, report),
    ...judgeExpectation(test, report),
    ...judgeFacts(test, known, report),
  ]
}

type Report = (code: TestCode, message: string, ...steps: string[]) => Diagnostic

function* judgePrincipal({ as }: PolicyTest, { identities }: Known, report: Report): Generator<Diagnostic> {
  if ((as.agent === undefined) === (as.user === undefined))
    yield report('ERR_TEST_PRINCIPAL', 'a test acts as one agent or one user, next: give `agent` or `user`', 'as')
  if (as.owner !== undefined && as.agent === undefined)
    yield report('ERR_TEST_PRINCIPAL', 'only an agent has an owner', 'as', 'owner')
  if (identities === undefined) return
  const { issuer, role } = as
  const named = issuer === undefined ? [...identities.issuers.values()] : [identities.issuers.get(issuer)]
  const issuers = named.filter(issuer => issuer !== undefined)
  if (issuer !== undefined && issuers.length === 0)
    yield report('ERR_ISSUER_UNKNOWN', `issuer \`${issuer}\` is not in identities.yaml`, 'as', 'issuer')
  else if (!issuers.some(({ grants }) => grants.some(({ roles }) => roles.includes(role))))
    yield report('ERR_ROLE_UNKNOWN', `no grant in identities.yaml gives role \`${role}\``, 'as', 'role')
}

function* judgeOperation(
  test: PolicyTest,
  path: Path,
  document: YamlDocument,
  { targets }: Known,
  report: Report,
): Generator<Diagnostic> {
  if (targets === undefined) return
  const target = targets.get(test.target)
  const given = Object.keys(test.operation)
  if (target === undefined && !(test.target === 'gate' && protocols.gate.shorthands.some(key => given.includes(key)))) {
    const known = [...targets.keys()].map(name => `\`${name}\``).join(', ') || 'none'
    yield report('ERR_TARGET_UNKNOWN', `target \`${test.target}\` is not in targets.yaml, which has ${known}`, 'target')
    return
  }
  const protocol = target === undefined ? protocols.gate : protocols[target.protocol]
  const wanted = protocol.shorthands.map(key => `\`${key}\``).join(' or ')
  const foreign = given.filter(key => !protocol.shorthands.includes(key))
  for (const key of foreign)
    yield report('ERR_TEST_OPERATION', `\`${key}\` is not said to a ${protocol.name} target, next: ${wanted}`, key)
  if (foreign.length > 0) return
  if (given.length !== 1) {
    yield report('ERR_TEST_OPERATION', `a test holds one operation, not ${given.length}, next: give ${wanted}`, 'name')
    return
  }
  yield* checkShape(document, protocol.shorthandSchema, test.operation, path)
}

function* judgeExpectation(test: PolicyTest, report: Report): Generator<Diagnostic> {
  if (test.reason !== undefined && test.expect !== 'deny')
    yield report('ERR_TEST_EXPECTATION', 'only a deny has a reason', 'reason')
  if (test.approvers !== undefined && test.expect !== 'pending')
    yield report('ERR_TEST_EXPECTATION', 'only a pending decision has approvers', 'approvers')
}

/** With its offset: a time without one would mean another instant on another machine. */
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

function* judgeFacts(test: PolicyTest, { snapshots }: Known, report: Report): Generator<Diagnostic> {
  if (test.at !== undefined && (!instant.test(test.at) || Number.isNaN(Date.parse(test.at))))
    yield report('ERR_TEST_TIME', `\`${test.at}\` is no time, next: write \`2026-01-31T12:00:00Z\``, 'at')
  if (test.from !== undefined && isIP(test.from) === 0)
    yield report('ERR_TEST_ADDRESS', `\`${test.from}\` is no address, next: write \`10.0.0.1\` or \`::1\``, 'from')
  if (test.snapshot !== undefined && !snapshots.has(test.snapshot))
    yield report('ERR_SNAPSHOT_UNKNOWN', `there is no snapshots/${test.snapshot}.json`, 'snapshot')
}
