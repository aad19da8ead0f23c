import type { FileResult } from './run-file.ts'

/** `✓ path  12 tests  340 ms` */
export function fileLine(result: FileResult): string {
  const took = `${Math.round(result.durationMs)} ms`
  if (result.skipped !== undefined) return `- ${result.path}  skipped  ${took}`
  if (result.failures.length > 0) return `✗ ${result.path}  ${result.failures.join('; ')}  ${took}`
  return `✓ ${result.path}  ${result.total} tests  ${took}`
}

/** All that a failed file printed; nothing for the others. */
export function failureLines(result: FileResult): readonly string[] {
  if (result.failures.length === 0) return []
  return result.output === '' ? ['    (it printed nothing)'] : result.output.split('\n').map(line => `    ${line}`)
}

/**
 * What was skipped and what failed once more, so that nobody has to scroll; the last line counts tests. Where a named fake
 * ran in place of a real server, one more line says so.
 */
export function summaryLines(results: readonly FileResult[], filters: readonly string[]): readonly string[] {
  const failed = results.filter(result => result.failures.length > 0)
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const lost = failed.reduce((sum, result) => sum + Math.max(1, result.total - result.passed), 0)
  return [
    '',
    ...results.filter(result => result.skipped !== undefined).map(r => `skipped ${r.path}: ${r.skipped}`),
    ...failed.map(result => `failed ${result.path}: ${result.failures.join('; ')}`),
    ...(results.length === 0 ? [`no test file matches ${filters.map(filter => `\`${filter}\``).join(' ')}`] : []),
    `${passed} passed, ${results.length === 0 ? 1 : lost} failed`,
    ...[...new Set(results.flatMap(({ faked }) => faked ?? []))].map(what => `a fake stood in for ${what}`),
  ]
}
