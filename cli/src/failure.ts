import { getSystemErrorMessage } from 'node:util'
import { CliError } from './errors.ts'
import { type ExitCode, exit } from './exit.ts'
import { prettyFindings } from './report/findings.ts'
import type { Report } from './report/report.ts'
import { inert } from './report/style.ts'

/** Code prefix of another package's error → how the CLI ends. What is not here is a repository that is not valid. */
const exits: readonly (readonly [prefix: string, code: ExitCode])[] = [
  ['ERR_BUNDLE', exit.provenance],
  ['ERR_TRAIL', exit.provenance],
  ['ERR_KEY', exit.usage],
  ['ERR_SHORTHAND', exit.usage],
  ['ERR_DEMO_EXPECTATION', exit.tests],
]

/** What was thrown, as a report and an exit code. What carries no code of ours is a fault of ours. */
export function toFailure(error: unknown): { report: Report; code: ExitCode } {
  if (!(error instanceof Error)) return internal(new Error(String(error)))
  if (isSystemError(error)) return toFailure(refusedBySystem(error))
  const code = codeOf(error)
  if (code === undefined) return internal(error)
  const diagnostics = error instanceof CliError ? error.diagnostics : []
  return {
    code: exitOf(error, code),
    report: {
      name: 'error',
      data: { error: { code, message: error.message, diagnostics } },
      findings: diagnostics.length > 0 ? diagnostics : [{ ...nowhere, code, message: error.message }],
      pretty: style =>
        [
          ...(diagnostics.length > 0 ? [prettyFindings(diagnostics, style), ''] : []),
          `${style.red('error')} ${inert(error.message)} ${style.dim(code)}`,
        ].join('\n'),
    },
  }
}

interface SystemError extends Error {
  readonly code: string
  readonly errno: number
  readonly syscall: string
  readonly path?: string
}

function isSystemError(error: Error): error is SystemError {
  return 'syscall' in error && 'errno' in error && typeof error.errno === 'number'
}

/** A file that may not be read, a full disk: not ours to mend, and no stack helps. */
function refusedBySystem({ code, errno, syscall, path, cause }: SystemError): CliError {
  const what = path === undefined ? syscall : `${syscall} of \`${path}\``
  const message = `${what} failed: ${getSystemErrorMessage(errno)} (${code}), next: check path, mode and space`
  return new CliError('ERR_FILE', message, { cause })
}

const nowhere = { severity: 'error', file: '', line: 1, column: 1, length: 1 } as const

/** By form, not by class: loading the packages that throw would make every command pay for them. */
function codeOf(error: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.startsWith('ERR_') && ours.test(error.name) ? code : undefined
}

const ours = /^(Cli|Policy|Gateway|Demo)Error$/

function exitOf(error: Error, code: string): ExitCode {
  if (error instanceof CliError) return error.exitCode
  const known = exits.find(([prefix]) => code.startsWith(prefix))?.[1]
  return known ?? (error.name === 'PolicyError' ? exit.invalid : exit.usage)
}

function internal(error: Error): { report: Report; code: ExitCode } {
  const stack = error.stack ?? error.message
  return {
    code: exit.internal,
    report: {
      name: 'error',
      data: { error: { code: 'ERR_INTERNAL', message: error.message, stack } },
      findings: [{ ...nowhere, code: 'ERR_INTERNAL', message: error.message }],
      pretty: style =>
        `${style.red('error')} a fault of ours, next: report it with these lines ${style.dim('ERR_INTERNAL')}\n${style.dim(stack)}`,
    },
  }
}
