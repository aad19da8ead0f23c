import { sha256 } from '../canonical.ts'
import type { Diagnostic } from '../errors.ts'
import { diagnostic } from './yaml.ts'

export type FileCode =
  | 'ERR_FILE_PATH'
  | 'ERR_FILE_TOO_LARGE'
  | 'ERR_FILE_ENCODING'
  | 'ERR_FILE_MISSING'
  | 'ERR_REPOSITORY_TOO_LARGE'

/** UTF-8 bytes. */
export const maxFileBytes = 1024 * 1024
export const maxRepositoryBytes = 16 * 1024 * 1024
export const maxRepositoryFiles = 5000

/** What a policy repository is read from. Everything else in it is for people and for git. */
const read: readonly RegExp[] = [
  /^cedargate\.yaml$/,
  /^identities\.yaml$/,
  /^targets\.yaml$/,
  /^policies\/(?:[^/]+\/)*[^/]+\.cedar$/,
  /^tests\/(?:[^/]+\/)*[^/]+\.test\.yaml$/,
  /^snapshots\/[^/]+\.json$/,
]

/**
 * Whether a path is one that Cedargate reads, and so one of those that a bundle holds: `cedargate.yaml`,
 * `identities.yaml`, `targets.yaml`, `policies/**.cedar`, `tests/**.test.yaml`, `snapshots/*.json`.
 */
export function isRepositoryFile(path: string): boolean {
  return read.some(form => form.test(path))
}

/** Whether a path stays inside the repository on every system: relative, `/` between its parts, plain characters. */
export function isSafePath(path: string): boolean {
  return (
    path.length <= 255 &&
    path
      .split('/')
      .every(part => /^[A-Za-z0-9_@+=,.-][A-Za-z0-9_@+=,. -]*$/.test(part) && !/^\.{1,2}$|[. ]$/.test(part))
  )
}

/**
 * The content digest: SHA-256 over one line `<sha256 in hex>  <path>\n` for each file, sorted by path as bytes: what
 * `LC_ALL=C sha256sum $(…| sort) | sha256sum` prints. Only files that Cedargate reads count.
 */
export function repositoryDigest(files: ReadonlyMap<string, string>): string {
  const lines = [...files.keys()]
    .filter(isRepositoryFile)
    .sort()
    .map(path => {
      return `${sha256(files.get(path) ?? '').slice('sha256:'.length)}  ${path}\n`
    })
  return sha256(lines.join(''))
}

/** The files that count, and what is wrong with their names and sizes. */
export function repositoryFiles(files: ReadonlyMap<string, string>): {
  readonly files: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const kept = new Map<string, string>()
  const report = (code: FileCode, message: string, file: string) =>
    diagnostics.push(diagnostic('', file, code, message, { start: 0, length: 1 }))
  let total = 0
  for (const path of [...files.keys()].filter(isRepositoryFile).sort()) {
    const text = files.get(path) ?? ''
    const bytes = Buffer.byteLength(text)
    total += bytes
    if (!isSafePath(path))
      report(
        'ERR_FILE_PATH',
        'the name of this file is not plain, next: rename it with letters, digits and `._-`',
        path,
      )
    else if (bytes > maxFileBytes)
      report('ERR_FILE_TOO_LARGE', `${bytes} bytes are over the cap of ${maxFileBytes}, next: split this file`, path)
    else if (!text.isWellFormed() || text.includes('\ufffd'))
      report('ERR_FILE_ENCODING', 'not UTF-8 throughout, next: save this file as UTF-8', path)
    else if (text.startsWith('\ufeff'))
      report('ERR_FILE_ENCODING', 'begins with a byte order mark, next: save this file as UTF-8 without one', path)
    else kept.set(path, text)
  }
  if (total > maxRepositoryBytes || kept.size > maxRepositoryFiles)
    report('ERR_REPOSITORY_TOO_LARGE', `${kept.size} files of ${total} bytes are over the cap`, configFile)
  return { files: kept, diagnostics }
}

export const configFile = 'cedargate.yaml'
export const identitiesFile = 'identities.yaml'
export const targetsFile = 'targets.yaml'
