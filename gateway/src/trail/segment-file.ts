import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseSegmentName, recoverTail, segmentName, type TrailEvent } from '@cedargate/policy-schema'
import { createLookout, datasync, writeAsync } from './evidence-file.ts'

/** One open segment. A write either is there whole or leaves no trace. */
export interface SegmentFile {
  readonly name: string
  readonly size: number
  appendSync(bytes: Buffer): void
  /** Resolves when the bytes are on the disk; until then they must stay as they are. */
  append(bytes: Buffer): Promise<void>
  /** Resolves when all of it is on the disk: that may take a while, and nobody need wait. */
  close(): Promise<void>
}

/** How a crash left the last segment. */
export interface Torn {
  readonly segment: string
  readonly bytes: number
  /** `sha256:<hex>` of what was set aside, beside the segment. */
  readonly digest: string
}

export function createSegment(folder: string, gateway: string, worker: number, firstSeq: number): SegmentFile {
  const name = segmentName(gateway, worker, firstSeq)
  const fd = openSync(join(folder, name), 'ax', 0o600)
  syncFolder(folder)
  return segmentFile(name, fd, 0)
}

/** Opens the last segment of a chain, if there is one, and sets aside what a crash tore. */
export function openLastSegment(
  folder: string,
  gateway: string,
  worker: number,
): { readonly segment: SegmentFile; readonly last: TrailEvent | undefined; readonly torn?: Torn } | undefined {
  const name = readdirSync(folder)
    .filter(file => {
      const parsed = parseSegmentName(file)
      return parsed?.gateway === gateway && parsed.worker === worker
    })
    .sort()
    .at(-1)
  if (name === undefined) return undefined
  const path = join(folder, name)
  chmodSync(path, 0o600)
  const fd = openSync(path, 'a+', 0o600)
  const { size } = fstatSync(fd)
  const { keep, torn, last } = readTail(fd, size)
  if (torn.length === 0) return { segment: segmentFile(name, fd, size), last }
  const digest = createHash('sha256').update(torn).digest('hex')
  writeFileSync(`${path}.torn-${digest.slice(0, 12)}`, torn, { mode: 0o600 })
  ftruncateSync(fd, keep)
  return {
    segment: segmentFile(name, fd, keep),
    last,
    torn: { segment: name, bytes: torn.length, digest: `sha256:${digest}` },
  }
}

function readTail(fd: number, size: number) {
  for (let length = 1 << 16; ; length *= 8) {
    const from = Math.max(0, size - length)
    const tail = Buffer.alloc(size - from)
    for (let read = 0; read < tail.length; ) {
      const got = readSync(fd, tail, read, tail.length - read, from + read)
      if (got === 0) break
      read += got
    }
    const found = recoverTail(tail, from === 0)
    if (!found.more) return { keep: from + found.keep, torn: found.torn, last: found.last }
  }
}

function segmentFile(name: string, fd: number, from: number): SegmentFile {
  let size = from
  let torn = false
  const look = createLookout(fd, name)
  /** A part of a batch must not stay: the lines after it would be chained to lines that were refused. */
  const undo = () => {
    torn = true // until that works
    ftruncateSync(fd, size)
    torn = false
  }
  const check = () => {
    if (torn) undo()
    look()
  }
  return {
    name,
    get size() {
      return size
    },
    appendSync(bytes) {
      check()
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
      } catch (error) {
        undo()
        throw error
      }
      size += bytes.length
    },
    async append(bytes) {
      check()
      try {
        for (let done = 0; done < bytes.length; ) done += (await writeAsync(fd, bytes, done)).bytesWritten
        await datasync(fd)
      } catch (error) {
        undo()
        throw error
      }
      size += bytes.length
    },
    async close() {
      try {
        await datasync(fd)
      } finally {
        closeSync(fd)
      }
    },
  }
}

/** So that the new name survives a power cut. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
