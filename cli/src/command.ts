import { Command, InvalidArgumentError, Option } from 'commander'
import { type ExitCode, exit } from './exit.ts'
import { toFailure } from './failure.ts'
import { print, render, write } from './report/print.ts'
import { type Format, formats } from './report/report.ts'

/** What every command that reports takes. */
export interface ReportOptions {
  readonly format: Format
  readonly output?: string
  readonly color: boolean
}

/** A command of ours: every flag is also an environment variable, help ends with examples, an action answers with an exit code. */
export class CliCommand extends Command {
  /** One flag, also settable as `CEDARGATE_<FLAG>`; a value or empty environment variable counts as not set. */
  flag(
    flags: string,
    description: string,
    parse?: (value: string, before: never) => unknown,
    fallback?: unknown,
  ): this {
    const option = new Option(flags, description)
    if (parse !== undefined) option.argParser(parse as (value: string, before: unknown) => unknown)
    if (fallback !== undefined) option.default(fallback, parse === duration ? inUnits(Number(fallback)) : undefined)
    return this.addOption(withEnvironment(option))
  }

  /** As `flag`, and the command refuses to run without it. */
  requiredFlag(flags: string, description: string, parse?: (value: string, before: never) => unknown): this {
    const option = new Option(flags, description).makeOptionMandatory()
    if (parse !== undefined) option.argParser(parse as (value: string, before: unknown) => unknown)
    return this.addOption(withEnvironment(option))
  }

  /** As `flag`, for a name whose plain variable means something else in `gateway.yaml`. */
  pathFlag(flags: string, description: string, variable: string, fallback: string): this {
    const option = new Option(flags, description).default(fallback)
    if (process.env[variable] === '') delete process.env[variable]
    return this.addOption(option.env(variable))
  }

  /** A flag of few words. */
  choice(flags: string, description: string, choices: readonly string[], fallback?: string): this {
    const option = new Option(flags, description).choices(choices)
    if (fallback !== undefined) option.default(fallback)
    return this.addOption(withEnvironment(option))
  }

  /** `--format`, `--json`, `--no-color` and, unless the command writes a file of its own, `-o`. */
  reports(): this {
    this.choice('--format <format>', 'how to print', formats, 'pretty')
    this.flag('--json', 'the same as --format json')
    this.on('option:json', () => this.setOptionValueWithSource('format', 'json', 'cli'))
    this.on('optionEnv:json', () => {
      if (this.getOptionValueSource('format') !== 'cli') this.setOptionValueWithSource('format', 'json', 'env')
    })
    if (!this.options.some(option => option.long === '--output'))
      this.flag('-o, --output <file>', 'write the report to a file')
    return this.flag('--no-color', 'plain text')
  }

  /** What happens, and with which exit code it ends. What is thrown is reported in the format that was asked for. */
  runs(act: (...given: never[]) => Promise<ExitCode>): this {
    return this.action(async (...given) => {
      try {
        process.exitCode = await act(...(given.slice(0, -1) as never[]))
      } catch (error) {
        process.exitCode = await fail(error, this.opts())
      }
    })
  }

  examples(...examples: readonly (readonly [what: string, line: string])[]): this {
    const lines = examples.map(([what, line]) => `  # ${what}\n  ${line}`)
    return this.addHelpText('after', `\nExamples:\n${lines.join('\n\n')}`)
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name)
  }
}

export function command(name: string, summary: string): CliCommand {
  return new CliCommand(name).description(summary).showHelpAfterError('next: see --help of this command')
}

/** A command that only holds others. */
export function group(name: string, summary: string, members: readonly Command[]): CliCommand {
  const parent = command(name, summary)
  for (const member of members) parent.addCommand(member)
  return parent
}

async function fail(error: unknown, options: Partial<ReportOptions>): Promise<ExitCode> {
  const { report, code } = toFailure(error)
  const format = options.format ?? 'pretty'
  // A person reads errors on standard error, a machine on standard output: `-o` may name what is wrong, or a bundle.
  const plain = options.color === false ? { color: false } : {}
  if (format === 'pretty') await write(process.stderr, `${render(report, { format, ...plain })}\n`)
  else await print(report, { format, ...plain })
  return code
}

const off = new Set(['', '0', 'false', 'no', 'off'])

function withEnvironment(option: Option): Option {
  const name = `CEDARGATE_${(option.long ?? '').slice(2).toUpperCase().replaceAll('-', '_')}`
  const value = process.env[name]
  const takesValue = option.required || option.optional
  // commander looks only at whether a switch's variable exists.
  if (value !== undefined && (value === '' || (!takesValue && off.has(value.toLowerCase())))) delete process.env[name]
  return option.env(name)
}

/** `a,b` or the flag given again: a list. */
export function list(value: string, before: readonly string[] | undefined): readonly string[] {
  return [
    ...(before ?? []),
    ...value
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== ''),
  ]
}

/** A whole number from 1. */
export function count(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('not a whole number above zero')
  return number
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The way back: in the largest unit that divides it. */
function inUnits(ms: number): string {
  const [unit, size] = Object.entries(units).findLast(([, size]) => ms % size === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

/** `90s`, `15m`, `12h`, `30d` in ms. */
export function duration(value: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? []
  const ms = Number(amount) * (units[unit ?? ''] ?? Number.NaN)
  if (!Number.isSafeInteger(ms) || ms < 1) throw new InvalidArgumentError('not a duration such as 90s, 15m, 12h or 30d')
  return ms
}

export { exit }
