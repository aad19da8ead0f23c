import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { BundleSource } from './source.ts'

/**
 * Tells of changes to a source, within moments where the file system says so, and otherwise at every poll: a watch does
 * not cross a network, and ends with the folder that it is on.
 *
 * @returns how to stop
 */
export function watchSource(
  source: BundleSource,
  onChange: () => void,
  onPoll: () => void,
  pollMs: number,
): () => void {
  const folder = 'file' in source ? dirname(source.file) : source.folder
  let watcher: FSWatcher | undefined
  let pending: NodeJS.Timeout | undefined

  const soon = () => {
    pending ??= setTimeout(() => {
      pending = undefined
      onChange()
    }, debounceMs)
  }
  const stopWatching = () => {
    watcher?.close()
    watcher = undefined
  }
  const startWatching = () => {
    try {
      watcher ??= watch(folder, { persistent: false }, soon).on('error', stopWatching)
    } catch {
      // The folder is not there, or no watch is left: the next poll looks at both again.
      watcher = undefined
    }
  }

  startWatching()
  const poll = setInterval(() => {
    startWatching()
    onPoll()
  }, pollMs)
  return () => {
    clearInterval(poll)
    clearTimeout(pending)
    stopWatching()
  }
}

/** A writer's rename, chmod and fsync arrive together. */
const debounceMs = 50
