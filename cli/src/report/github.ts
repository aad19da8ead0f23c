import type { Report } from './report.ts'

/**
 * Workflow commands that put findings beside the lines of a pull request.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function toGithub(report: Report): string {
  const lines = (report.findings ?? []).map(finding => {
    const where = [
      `file=${property(finding.file)}`,
      `line=${finding.line}`,
      `col=${finding.column}`,
      `endColumn=${finding.column + finding.length}`,
      `title=${property(finding.code)}`,
    ]
    return `::${finding.severity} ${where.join(',')}::${message(finding.message)}`
  })
  for (const failed of report.cases ?? []) {
    if (failed.failure === undefined) continue
    const where = failed.file === undefined ? [] : [`file=${property(failed.file)}`, `line=${failed.line ?? 1}`]
    lines.push(`::error ${[...where, `title=${property(failed.name)}`].join(',')}::${message(failed.failure)}`)
  }
  return lines.join('\n')
}

function message(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
