import type { Finding } from '../report/report.ts'
import type { LintPolicy } from './policy-json.ts'

interface Ignore {
  readonly rule: string
  readonly reason: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
  /** The lines that it speaks of. */
  readonly from: number
  readonly to: number
}

const directive = /^([ \t]*)((?:\/\/|#)[ \t]*cedargate-ignore\b[ \t]*([a-z0-9-]*)[ \t]*(?::[ \t]*(.*))?)$/gm

/**
 * Leaves out what the files themselves excuse by `// cedargate-ignore rule: reason` above a policy or inside it
 * (`#` above a line of YAML), and finds fault with excuses that give no reason, name no rule, or excuse nothing.
 */
export function applyIgnores(
  findings: readonly Finding[],
  files: ReadonlyMap<string, string>,
  policies: readonly LintPolicy[],
  rules: ReadonlySet<string>,
): Finding[] {
  const ignores = [...files].flatMap(([file, text]) => read(file, text, policies))
  const used = new Set<Ignore>()
  const kept = findings.filter(finding => {
    const excuse = ignores.find(ignore => excuses(ignore, finding))
    if (excuse !== undefined) used.add(excuse)
    return excuse === undefined
  })
  return [...kept, ...ignores.flatMap(ignore => faultOf(ignore, used.has(ignore), rules))]
}

function read(file: string, text: string, policies: readonly LintPolicy[]): Ignore[] {
  if (!/\.(cedar|ya?ml)$/.test(file)) return []
  return [...text.matchAll(directive)].map(match => {
    const line = text.slice(0, match.index).split('\n').length
    const [, indent = '', comment = '', rule = '', reason = ''] = match
    const place = { file, line, column: indent.length + 1, length: comment.length }
    return { rule, reason: reason.trim(), ...place, ...span(file, line, policies) }
  })
}

/** The policy around or below the comment; in YAML the next line. */
function span(file: string, line: number, policies: readonly LintPolicy[]): { from: number; to: number } {
  if (!file.endsWith('.cedar')) return { from: line, to: line + 1 }
  const spans = policies
    .filter(policy => policy.file === file)
    .map(policy => ({ from: policy.line, to: policy.line + policy.text.split('\n').length - 1 }))
    .filter(({ to }) => to >= line)
    .sort((a, b) => a.from - b.from)
  return spans[0] ?? { from: line, to: line }
}

function excuses(ignore: Ignore, finding: Finding): boolean {
  return (
    ignore.reason !== '' &&
    ignore.rule === finding.code &&
    ignore.file === finding.file &&
    finding.line >= ignore.from &&
    finding.line <= ignore.to
  )
}

function faultOf(ignore: Ignore, used: boolean, rules: ReadonlySet<string>): Finding[] {
  const { file, line, column, length, rule } = ignore
  const fault = (code: string, severity: 'error' | 'warning', message: string): Finding[] => [
    { code, severity, message, file, line, column, length },
  ]
  if (!rules.has(rule))
    return fault('unknown-rule', 'error', `no rule \`${rule}\`, next: see \`cedargate lint --list\``)
  if (ignore.reason === '')
    return fault(
      'ignore-without-reason',
      'error',
      `the ignore of \`${rule}\` gives no reason, next: write \`cedargate-ignore ${rule}: why\``,
    )
  return used ? [] : fault('stale-ignore', 'warning', `nothing here offends \`${rule}\`, next: remove the comment`)
}
