import type { Report } from './report.ts'
import { inert } from './style.ts'

/**
 * Workflow commands that put findings beside the lines of a pull request.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function toGithub(report: Report): string {
  const lines = (report.findings ?? []).map(finding => {
    const { file, line, column, length } = finding
    const place = [`file=${property(file)}`, `line=${line}`, `col=${column}`, `endColumn=${column + length}`]
    const where = [...(file === '' ? [] : place), `title=${property(finding.code)}`]
    return `::${finding.severity} ${where.join(',')}::${message(finding.message)}`
  })
  for (const failed of report.cases ?? []) {
    if (failed.failure === undefined) continue
    const where = failed.file === undefined ? [] : [`file=${property(failed.file)}`, `line=${failed.line ?? 1}`]
    lines.push(`::error ${[...where, `title=${property(failed.name)}`].join(',')}::${message(failed.failure)}`)
  }
  return lines.join('\n')
}

/** A log shows what it is sent: nothing in it may move a cursor. */
function message(text: string): string {
  return text.split('\n').map(inert).join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
