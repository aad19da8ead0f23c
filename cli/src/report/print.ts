import { writeFile } from 'node:fs/promises'
import { CliError } from '../errors.ts'
import { toGithub } from './github.ts'
import { toJunit } from './junit.ts'
import type { Format, Report } from './report.ts'
import { toSarif } from './sarif.ts'
import { createStyle, harmless, harmlessJson } from './style.ts'

export interface PrintOptions {
  readonly format?: Format
  /** A file; standard output unless given. */
  readonly output?: string
  readonly color?: boolean
}

/** Renders a report and writes it where it was asked for. */
export async function print(report: Report, options: PrintOptions): Promise<void> {
  const text = render(report, options)
  if (options.output !== undefined) return writeReport(options.output, `${text}\n`)
  if (text !== '') await write(process.stdout, `${text}\n`)
}

export function render(report: Report, options: PrintOptions): string {
  switch (options.format ?? 'pretty') {
    case 'json':
      return harmlessJson(JSON.stringify(report.data, undefined, 2))
    case 'github':
      return toGithub(report)
    case 'sarif':
      return harmlessJson(toSarif(report))
    case 'junit':
      return toJunit(report)
    case 'pretty':
      return pretty(report, options)
  }
}

/** `--no-color` and a file are plain; otherwise the terminal decides. */
function pretty(report: Report, { color, output }: PrintOptions): string {
  const style = createStyle(color === false || output !== undefined ? false : undefined)
  return harmless(report.pretty(style), style)
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (cause) {
    throw new CliError(
      'ERR_FILE',
      `the report cannot be written to \`${file}\`, next: name a file in a folder that exists`,
      {
        cause,
      },
    )
  }
}

/** Waits until the bytes are out: a pipe loses what is still buffered when the process ends. */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, error => (error === null || error === undefined ? resolve() : reject(error)))
  })
}
