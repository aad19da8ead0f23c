import type { Finding } from './report.ts'
import { counted, inert, type Style } from './style.ts'

/** Findings as a person reads them: by file, errors first, one line each. */
export function prettyFindings(findings: readonly Finding[], style: Style): string {
  const files = Map.groupBy(findings.toSorted(order), finding => finding.file)
  return [...files]
    .map(([file, here]) => {
      const lines = here.map(({ severity, line, column, message, code }) => {
        const mark = severity === 'error' ? style.red('error') : style.yellow('warning')
        return `  ${style.dim(`${line}:${column}`.padEnd(7))} ${mark} ${inert(message)} ${style.dim(code)}`
      })
      return [style.underline(inert(file)), ...lines].join('\n')
    })
    .join('\n\n')
}

/** `2 errors, 1 warning`. */
export function prettyCounts(findings: readonly Finding[], style: Style): string {
  const errors = findings.filter(finding => finding.severity === 'error').length
  const warnings = findings.length - errors
  const parts = [
    errors > 0 ? style.red(counted(errors, 'error')) : undefined,
    warnings > 0 ? style.yellow(counted(warnings, 'warning')) : undefined,
  ].filter(part => part !== undefined)
  return parts.length === 0 ? style.green('no findings') : parts.join(', ')
}

/** Files with errors come first, then the order of the text. */
function order(a: Finding, b: Finding): number {
  return a.file === b.file
    ? a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1)
    : a.file < b.file
      ? -1
      : 1
}
