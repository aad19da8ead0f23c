import { readPolicies } from '../cedar/policies.ts'
import type { Diagnostic } from '../errors.ts'
import { type Reading, readConfig } from './config.ts'
import { configFile, identitiesFile, repositoryDigest, repositoryFiles, targetsFile } from './files.ts'
import { readIdentities } from './identities.ts'
import { readSnapshots } from './snapshots.ts'
import { readTargets, targetRoles } from './targets.ts'
import { readTests } from './tests.ts'
import type { Identities, Policy, PolicyTest, Repository, Target } from './types.ts'
import { diagnostic, readYaml, type YamlDocument } from './yaml.ts'

export type RepositoryCode =
  | 'ERR_FILE_MISSING'
  | 'ERR_POLICIES_EMPTY'
  | 'ERR_POLICY_ID_DUPLICATE'
  | 'WARN_ROLE_UNGRANTED'

/** What was read; `repository` only where no finding is an error. */
export interface OpenedRepository {
  readonly repository?: Repository
  /** By file and position. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a policy repository: that its files have the right shape, and that what they name is there. What policies say is
 * `validateRepository`'s to judge. Files that Cedargate does not read are passed over.
 *
 * @param files path → text, as `git ls-tree` names them
 * @param origin the full SHA of the commit; `worktree` where the files are of none
 */
export function openRepository(
  files: ReadonlyMap<string, string>,
  { commit }: { readonly commit: string },
): OpenedRepository {
  const { files: kept, diagnostics: fileFindings } = repositoryFiles(files)
  const diagnostics: Diagnostic[] = [...fileFindings]
  const take = <T>(reading: Reading<T>): T | undefined => {
    diagnostics.push(...reading.diagnostics)
    return reading.value
  }
  const yaml = <T>(file: string, read: (document: YamlDocument) => Reading<T>): T | undefined =>
    take(readFile(kept, file, read))

  const config = yaml(configFile, readConfig)
  const identities = yaml(identitiesFile, readIdentities)
  const targets = yaml(targetsFile, document => {
    const reading = readTargets(document)
    return { ...reading, diagnostics: [...reading.diagnostics, ...ungranted(document, reading.value, identities)] }
  })
  const snapshots = take(readSnapshots(kept)) ?? new Map<string, object>()
  const policies = take(readAllPolicies(kept)) ?? []
  const tests: PolicyTest[] = []
  for (const file of kept.keys()) {
    if (!file.startsWith('tests/')) continue
    yaml(file, document => {
      const reading = readTests(document, { targets, identities, snapshots })
      tests.push(...reading.tests)
      return reading
    })
  }
  if (config && !config.denyAll && policies.length === 0 && !diagnostics.some(({ file }) => file.endsWith('.cedar')))
    diagnostics.push(
      missing('ERR_POLICIES_EMPTY', configFile, 'there is no policy, next: write one, or say `denyAll: true`'),
    )

  diagnostics.sort(byPlace)
  if (!config || !identities || !targets || diagnostics.some(({ severity }) => severity === 'error'))
    return { diagnostics }
  const digest = repositoryDigest(kept)
  return {
    repository: { commit, digest, files: kept, config, identities, targets, policies, tests, snapshots },
    diagnostics,
  }
}

function readFile<T>(
  files: ReadonlyMap<string, string>,
  file: string,
  read: (document: YamlDocument) => Reading<T>,
): Reading<T> {
  const text = files.get(file)
  if (text === undefined)
    return {
      diagnostics: [missing('ERR_FILE_MISSING', file, 'this file is missing, next: `cedargate init` writes one')],
    }
  const document = readYaml(text, file)
  return 'code' in document ? { diagnostics: [document] } : read(document)
}

function readAllPolicies(files: ReadonlyMap<string, string>): Reading<readonly Policy[]> {
  const byId = new Map<string, Policy>()
  const diagnostics: Diagnostic[] = []
  for (const [file, text] of files) {
    if (!file.startsWith('policies/')) continue
    const reading = readPolicies(text, file)
    diagnostics.push(...reading.diagnostics)
    for (const policy of reading.policies) {
      const first = byId.get(policy.id)
      if (first === undefined) byId.set(policy.id, policy)
      else diagnostics.push(duplicateId(policy, first))
    }
  }
  return { value: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), diagnostics }
}

function duplicateId(policy: Policy, first: Policy): Diagnostic {
  const { file, line, column } = policy
  const message = `policy id \`${policy.id}\` is also in ${first.file}, line ${first.line}, next: rename one`
  return { code: 'ERR_POLICY_ID_DUPLICATE', severity: 'error', message, file, line, column, length: 1 }
}

/** A login that nobody can get is no danger, but most likely a slip. */
function ungranted(
  document: YamlDocument,
  targets: ReadonlyMap<string, Target> | undefined,
  identities: Identities | undefined,
): readonly Diagnostic[] {
  if (targets === undefined || identities === undefined) return []
  const granted = new Set(
    [...identities.issuers.values()].flatMap(({ grants }) => grants.flatMap(({ roles }) => roles)),
  )
  return [...targets.values()].flatMap(target =>
    targetRoles(target)
      .filter(role => !granted.has(role))
      .map(role =>
        document.report(
          'WARN_ROLE_UNGRANTED',
          `no grant in identities.yaml gives role \`${role}\``,
          ['targets', target.name, 'roles', role],
          { at: 'key', severity: 'warning' },
        ),
      ),
  )
}

function missing(code: RepositoryCode, file: string, message: string): Diagnostic {
  return diagnostic('', file, code, message, { start: 0, length: 1 })
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column
}
