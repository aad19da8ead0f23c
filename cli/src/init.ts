import { cpSync, existsSync, readdirSync, renameSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from './errors.ts'
import { makeFolder } from './folders.ts'
import { inGit } from './git.ts'
import type { Report } from './report/report.ts'

const templates = fileURLToPath(new URL('../../templates/', import.meta.url))

/** npm packs no file that is named with the dot. */
const ignored = 'gitignore'

/**
 * Copies a template into a folder.
 *
 * @returns the files written, by path below the folder
 * @throws CliError `ERR_USAGE` for an unknown template, `ERR_FOLDER_NOT_EMPTY`
 */
export function createRepository(folder: string, template: string, force: boolean): string[] {
  const known = readdirSync(templates, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
  if (!known.includes(template))
    throw new CliError(
      'ERR_USAGE',
      `no template \`${template}\`, next: name one of ${known.map(name => `\`${name}\``).join(', ')}`,
    )
  // A fresh git repository is as good as empty.
  const present = existsSync(folder) ? readdirSync(folder).filter(name => name !== '.git') : []
  if (present.length > 0 && !force)
    throw new CliError(
      'ERR_FOLDER_NOT_EMPTY',
      `\`${folder}\` holds \`${present.sort()[0]}\`, next: name an empty folder, or add --force`,
    )
  const source = join(templates, template)
  makeFolder(folder)
  cpSync(source, folder, { recursive: true, force: true })
  renameSync(join(folder, ignored), join(folder, `.${ignored}`))
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(source, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .map(path => (path === ignored ? `.${ignored}` : path))
    .sort()
}

export function toInitReport(folder: string, template: string, files: readonly string[]): Report {
  const fresh = !inGit(folder)
  return {
    name: 'init',
    data: { folder, template, files },
    pretty: style =>
      [
        `${style.green('created')} ${files.length} files from the template ${style.bold(template)} in ${folder}`,
        ...files.map(file => style.dim(`  ${file}`)),
        '',
        'next:',
        ...(folder === '.' ? [] : [`  cd ${folder}`]),
        ...(fresh ? ['  git init -b main && git add . && git commit -m "Policies"'] : ['  git add . && git commit']),
        '  cedargate lint && cedargate test',
      ].join('\n'),
  }
}
