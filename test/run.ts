/**
 * Runs the test files: `node test/run.ts [path prefix or file …]`.
 *
 * Each file runs in a process of its own, as many at once as there are cores. A file fails when a test fails, when it ran
 * no test, when it hangs, and when something it started keeps running after its last test.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findTestFiles } from './runner/find-test-files.ts'
import { failureLines, fileLine, summaryLines } from './runner/report.ts'
import { endAll, type FileResult, runFile } from './runner/run-file.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const write = (lines: readonly string[]) => process.stdout.write(lines.map(line => `${line}\n`).join(''))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endAll()
    process.exit(1)
  })
}

const files = findTestFiles(root, process.argv.slice(2))
const results: FileResult[] = []
const queue = files.values()
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (const file of queue) {
      const result = await runFile(root, file)
      results.push(result)
      write([fileLine(result), ...failureLines(result)])
    }
  }),
)
write(summaryLines(results, process.argv.slice(2)))
process.exitCode = results.length > 0 && results.every(result => result.failures.length === 0) ? 0 : 1
