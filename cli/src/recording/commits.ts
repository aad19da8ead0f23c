import { createEngine, indexPolicies, isRepositoryFile } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import type { Git } from '../git.ts'
import { openFiles } from '../repository.ts'
import type { Decider, NotReplayable } from './decide.ts'

export interface EngineOptions {
  /** Against the whole policy set, without slices and caches: a second opinion on the engine itself. */
  readonly wholeSet?: boolean
}

/** The policies of each commit that a recording cites, opened when first cited. */
export interface Commits {
  at(commit: string): Promise<Decider | NotReplayable>
}

export function createCommits(git: Git, options: EngineOptions = {}): Commits {
  const opened = new Map<string, Promise<Decider | NotReplayable>>()
  return {
    at(commit) {
      const known = opened.get(commit) ?? open(git, commit, options)
      opened.set(commit, known)
      return known
    },
  }
}

async function open(git: Git, commit: string, options: EngineOptions): Promise<Decider | NotReplayable> {
  // `none` before the first bundle, `worktree` of a plain folder: neither is in git.
  if (!/^[0-9a-f]{40,64}$/.test(commit) || !git.has(commit)) return 'no_commit'
  try {
    return toDecider(await openFiles(git.files(commit, isRepositoryFile), commit), options)
  } catch (error) {
    if (error instanceof CliError && error.code === 'ERR_REPOSITORY') return 'invalid_repository'
    throw error
  }
}

export function toDecider(repository: Decider['repository'], { wholeSet = false }: EngineOptions = {}): Decider {
  const engine = createEngine(repository, indexPolicies(repository), { slices: !wholeSet, cache: !wholeSet })
  return { repository, engine }
}
