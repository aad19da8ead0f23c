import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A file to run, relative to the root, and how long it may take. */
export interface TestFile {
  readonly path: string
  readonly timeoutMs: number
}

const defaultTimeoutMs = 120_000
const left = new Set(['node_modules', 'dist', '.git', '.cedargate', 'coverage'])

/**
 * The `*.test.ts` files whose path begins with one of the prefixes, all without any. A prefix that names a file itself
 * is run whatever its name. Those that may take longest come first, so that they do not begin last.
 */
export function findTestFiles(root: string, prefixes: readonly string[]): readonly TestFile[] {
  const wanted = prefixes.map(prefix => prefix.replace(/^\.\//, ''))
  const named = wanted.filter(path => statSync(join(root, path), { throwIfNoEntry: false })?.isFile())
  const found = globSync('**/*.test.ts', { cwd: root, exclude: name => left.has(name.split('/').at(-1) ?? name) })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => wanted.length === 0 || wanted.some(prefix => path.startsWith(prefix)))
  return [...new Set([...named, ...found])]
    .map(path => ({ path, timeoutMs: declaredTimeoutMs(join(root, path)) }))
    .sort((a, b) => b.timeoutMs - a.timeoutMs || (a.path < b.path ? -1 : 1))
}

/** The first line may say `// timeout: 300s`. */
function declaredTimeoutMs(file: string): number {
  const seconds = /^\/\/ timeout: (\d+)s\b/.exec(readFileSync(file, 'utf8'))?.[1]
  return seconds === undefined ? defaultTimeoutMs : Number(seconds) * 1000
}
