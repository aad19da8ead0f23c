import {
  type Diagnostic,
  loadGrammars,
  openRepository,
  type Repository,
  type RuleConfig,
  validateRepository,
} from '@cedargate/policy-schema'
import type { Finding } from '../report/report.ts'
import { rules as allRules } from '../rules/index.ts'
import { coverageOf } from '../testing/coverage.ts'
import { runTests } from '../testing/run.ts'
import { applyIgnores } from './ignores.ts'
import { type LintPolicy, toLintPolicy } from './policy-json.ts'
import { atOffset, type Level, type Rule, type RuleContext } from './rule.ts'

export interface LintOptions {
  /** Rules to run; all that are not off unless given. */
  readonly only?: readonly string[]
}

export interface LintResult {
  /** Sorted by file and line. */
  readonly findings: readonly Finding[]
  readonly policies: number
  readonly rules: readonly string[]
}

/**
 * Reads and strictly validates a policy repository, then lets every rule look at it.
 *
 * @param files path → text, as `readFolder` or git gives them
 */
export async function lint(
  files: ReadonlyMap<string, string>,
  origin: { readonly commit: string },
  options: LintOptions = {},
): Promise<LintResult> {
  await loadGrammars()
  const { repository, diagnostics } = openRepository(files, origin)
  if (repository === undefined) return { findings: sorted(diagnostics), policies: 0, rules: [] }
  const invalid = [...diagnostics, ...validateRepository(repository)]
  const policies = repository.policies.map(toLintPolicy)
  const settings = allRules.map(rule => ({ rule, config: configOf(repository, rule) }))
  const running = settings.filter(
    ({ rule, config }) => (options.only?.includes(rule.name) ?? true) && config.level !== 'off',
  )
  const coverage = once(() => (invalid.some(isError) ? undefined : coverageOf(repository, runTests(repository).cases)))
  const found = running.flatMap(({ rule, config }) =>
    findingsOf(rule, config, { repository, policies, coverage, options: config }),
  )
  const names = new Set(allRules.map(rule => rule.name))
  // An ignore of a rule that did not run is not stale.
  const judged =
    options.only === undefined
      ? applyIgnores(found, files, policies, names)
      : withoutStale(found, files, policies, names)
  return {
    findings: sorted([...invalid, ...judged, ...unknownRules(repository, names)]),
    policies: policies.length,
    rules: running.map(({ rule }) => rule.name),
  }
}

function findingsOf(rule: Rule, config: Config, context: RuleContext): Finding[] {
  const ignored = new Set(config.ignore ?? [])
  const looking = { ...context, policies: context.policies.filter(policy => !ignored.has(policy.id)) }
  const found = [
    ...looking.policies.flatMap(policy => [...(rule.check?.(policy, looking) ?? [])]),
    ...(rule.checkAll?.(looking) ?? []),
  ]
  const severity = config.level === 'error' ? 'error' : 'warning'
  return found.map(({ message, at }) => ({
    code: rule.name,
    severity,
    message,
    ...at,
    about: rule.summary,
  }))
}

type Config = RuleConfig & { readonly level: Level }

function configOf(repository: Repository, rule: Rule): Config {
  const given = repository.config.lint?.rules?.[rule.name]
  if (typeof given === 'string') return { level: given }
  return { ...given, level: given?.level ?? rule.level }
}

function unknownRules(repository: Repository, known: ReadonlySet<string>): Finding[] {
  const file = 'cedargate.yaml'
  const text = repository.files.get(file) ?? ''
  return Object.keys(repository.config.lint?.rules ?? {})
    .filter(name => !known.has(name))
    .map(name => ({
      code: 'unknown-rule',
      severity: 'error',
      message: `no rule \`${name}\`, next: see \`cedargate lint --list\``,
      ...atOffset(file, text, Math.max(text.indexOf(`${name}:`), 0), name.length),
    }))
}

function withoutStale(
  found: readonly Finding[],
  files: ReadonlyMap<string, string>,
  policies: readonly LintPolicy[],
  names: ReadonlySet<string>,
) {
  return applyIgnores(found, files, policies, names).filter(finding => finding.code !== 'stale-ignore')
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error'
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function sorted(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column,
  )
}
