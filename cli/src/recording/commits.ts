import { createEngine, indexPolicies } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import type { Git } from '../git.ts'
import { openFiles, readCommit } from '../repository.ts'
import type { Decider, NotReplayable } from './decide.ts'

export interface EngineOptions {
  /** Against the whole policy set, without slices and caches: a second opinion on the engine itself. */
  readonly wholeSet?: boolean
}

/** An engine holds an instance of Cedar, and a chain cites its commits one after the other. */
const maxOpen = 4

/** The policies of each commit that a recording cites, opened when first cited; the last few stay open. */
export interface Commits {
  at(commit: string): Promise<Decider | NotReplayable>
}

export function createCommits(git: Git, options: EngineOptions = {}): Commits {
  const opened = new Map<string, Promise<Decider | NotReplayable>>()
  return {
    at(commit) {
      const decider = opened.get(commit) ?? open(git, commit, options)
      // Set anew: the last one in the map is the last one used.
      opened.delete(commit)
      opened.set(commit, decider)
      const [oldest] = opened.keys()
      if (opened.size > maxOpen && oldest !== undefined) opened.delete(oldest)
      return decider
    },
  }
}

async function open(git: Git, commit: string, options: EngineOptions): Promise<Decider | NotReplayable> {
  // `none` before the first bundle, `worktree` of a plain folder: neither is in git.
  if (!/^[0-9a-f]{40,64}$/.test(commit) || !git.has(commit)) return 'no_commit'
  try {
    return toDecider(await openFiles(readCommit(git, commit), commit), options)
  } catch (error) {
    if (error instanceof CliError && error.code === 'ERR_REPOSITORY') return 'invalid_repository'
    throw error
  }
}

export function toDecider(repository: Decider['repository'], { wholeSet = false }: EngineOptions = {}): Decider {
  const engine = createEngine(repository, indexPolicies(repository), { slices: !wholeSet, cache: !wholeSet })
  return { repository, engine }
}
