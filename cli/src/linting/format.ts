import { formatPolicies, PolicyError, readPolicies } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import type { Report } from '../report/report.ts'
import { counted } from '../report/style.ts'

export interface Formatted {
  readonly file: string
  readonly text: string
  /** The first line that differs. */
  readonly line: number
}

/**
 * The policy files whose form differs, with the form that they should have.
 *
 * @throws CliError `ERR_REPOSITORY` with the place, where a file is not Cedar; then no file is formatted
 */
export function formatFiles(files: ReadonlyMap<string, string>): Formatted[] {
  return [...files].flatMap(([file, text]) => {
    if (!file.endsWith('.cedar')) return []
    const formatted = format(file, text)
    return formatted === text ? [] : [{ file, text: formatted, line: firstDifference(text, formatted) }]
  })
}

function format(file: string, text: string): string {
  try {
    return formatPolicies(text)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const { diagnostics } = readPolicies(text, file)
    const place = { file, line: 1, column: 1, length: 1 }
    const found =
      diagnostics.length > 0
        ? diagnostics
        : [{ ...place, ...{ severity: 'error' as const, code: error.code, message: error.message } }]
    throw new CliError('ERR_REPOSITORY', `\`${file}\` cannot be formatted, next: correct the above`, {
      diagnostics: found,
      cause: error,
    })
  }
}

function firstDifference(before: string, after: string): number {
  const [left, right] = [before.split('\n'), after.split('\n')]
  const differs = left.findIndex((line, index) => line !== right[index])
  return (differs < 0 ? left.length : differs) + 1
}

export function toFormatReport(changed: readonly Formatted[], check: boolean): Report {
  return {
    name: 'fmt',
    data: { check, files: changed.map(({ file, line }) => ({ file, line })) },
    findings: check
      ? changed.map(({ file, line }) => ({
          code: 'unformatted',
          severity: 'error' as const,
          message: 'the file is not formatted, next: run `cedargate fmt`',
          file,
          line,
          column: 1,
          length: 1,
        }))
      : [],
    pretty: style => {
      if (changed.length === 0) return style.green('all policy files are formatted')
      const names = changed.map(({ file, line }) => `  ${file}${check ? style.dim(`:${line}`) : ''}`)
      const head = counted(changed.length, 'file')
      return [
        check ? style.red(`${head} would change, next: run \`cedargate fmt\``) : `${head} formatted`,
        ...names,
      ].join('\n')
    },
  }
}
