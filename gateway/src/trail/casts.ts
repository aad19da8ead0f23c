import { createHash } from 'node:crypto'
import { closeSync, createReadStream, ftruncateSync, openSync, readdirSync, renameSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type CastClosedBody, castPath, castsFolder, parseCastName } from '@cedargate/policy-schema'
import { GatewayError } from '../core/errors.ts'
import { makeFolder } from '../state/make-folder.ts'
import type { Cast, CastAbout, CastCode, Casts } from './cast.ts'
import { CastEvents } from './cast-events.ts'
import { createLookout, datasync, writeAsync } from './evidence-file.ts'
import type { Trail } from './trail.ts'

export interface CastOptions {
  /** The trail's folder. */
  readonly folder: string
  readonly gateway: string
  readonly worker: number
  readonly trail: Trail
  /** ms since the epoch */
  readonly now: () => number
  readonly onFailure: (error: unknown) => void
  /** Above this a cast takes no more, and what it is of ends. */
  readonly maxBytes: number
}

/** Of a cast that is still open: one that a crash left open is told by it. */
const part = '.part'

/** Keeps casts beside a trail, and closes what a crash left open. */
export function openCasts(options: CastOptions): Casts {
  const left = leftOpen(options)
  const closing = closeLeft(options, left).catch(options.onFailure)
  const opened = new Set<CastFile>()
  return {
    open(about) {
      try {
        const cast = new CastFile(options, about, () => opened.delete(cast))
        opened.add(cast)
        return cast
      } catch (cause) {
        options.onFailure(cause)
        throw new GatewayError<CastCode>('ERR_CAST_WRITE', 'a cast cannot be opened', { cause })
      }
    },
    async close() {
      await closing
      await Promise.all([...opened].map(cast => cast.close()))
    },
  }
}

class CastFile implements Cast {
  readonly #options: CastOptions
  readonly #about: CastAbout
  readonly #onClosed: () => void
  readonly #path: string
  readonly #fd: number
  readonly #events: CastEvents
  readonly #digest = createHash('sha256')
  #size = 0
  readonly #look: () => void
  #writing: Promise<void> = Promise.resolve()
  #failed: GatewayError<CastCode> | undefined
  #closed: Promise<void> | undefined

  constructor(options: CastOptions, about: CastAbout, onClosed: () => void) {
    this.#options = options
    this.#onClosed = onClosed
    this.#about = about
    this.#path = castPath(options.gateway, options.worker, about.decisionSeq)
    makeFolder(join(options.folder, castsFolder))
    this.#fd = openSync(join(options.folder, this.#path) + part, 'wx', 0o600)
    this.#look = createLookout(this.#fd, this.#path)
    const began = options.now()
    let seconds = 0
    this.#events = new CastEvents(() => {
      seconds = Math.max(seconds, (options.now() - began) / 1000)
      return seconds
    })
    const { session, decisionSeq, title } = about
    this.#events.head({
      ...{ width: 80, height: 24, timestamp: Math.floor(began / 1000), title },
      cedargate: { session, decisionSeq },
    })
  }

  output(bytes: Buffer, stream: 'stdout' | 'stderr'): void {
    this.#events.bytes(stream, bytes)
  }

  input(bytes: Buffer): void {
    this.#events.bytes('stdin', bytes)
  }

  resize(columns: number, rows: number): void {
    this.#events.resize(columns, rows)
  }

  mark(label: string): void {
    this.#events.mark(label)
  }

  async written(): Promise<void> {
    // in order; what came meanwhile goes with the next write
    this.#writing = this.#writing.then(() => this.#flush())
    await this.#writing
    if (this.#failed !== undefined) throw this.#failed
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #flush(): Promise<void> {
    if (this.#failed !== undefined) return
    const bytes = Buffer.from(this.#events.take())
    if (bytes.length === 0) return
    const { maxBytes } = this.#options
    if (this.#size + bytes.length > maxBytes) {
      this.#failed = new GatewayError<CastCode>('ERR_CAST_SIZE', `a cast is over ${maxBytes} bytes`)
      return
    }
    try {
      this.#look()
      for (let done = 0; done < bytes.length; )
        done += (await writeAsync(this.#fd, bytes, done, bytes.length - done, this.#size + done)).bytesWritten
      this.#digest.update(bytes)
      this.#size += bytes.length
    } catch (cause) {
      this.#options.onFailure(cause)
      this.#failed = new GatewayError<CastCode>('ERR_CAST_WRITE', 'a cast cannot be written', { cause })
    }
  }

  async #close(): Promise<void> {
    this.#events.end()
    await this.written().catch(() => {})
    const truncated = this.#failed !== undefined
    this.#failed ??= new GatewayError<CastCode>('ERR_CAST_WRITE', 'a cast is closed')
    const { session, decisionSeq } = this.#about
    const path = this.#path
    try {
      ftruncateSync(this.#fd, this.#size) // of a write that failed, a part may be there
      await datasync(this.#fd)
    } catch (error) {
      this.#options.onFailure(error) // it may be whole all the same, and its digest says whether
    } finally {
      closeSync(this.#fd)
    }
    await settle(this.#options, {
      ...{ kind: 'cast.closed', session, decisionSeq, path, bytes: this.#size },
      digest: `sha256:${this.#digest.digest('hex')}`,
      truncated,
    })
    this.#onClosed()
  }
}

/** Only what has a line gets its name: what has none is found again. */
async function settle({ folder, trail, onFailure }: CastOptions, body: CastClosedBody): Promise<void> {
  try {
    if ((await trail.record(body)) !== undefined) renameSync(join(folder, body.path) + part, join(folder, body.path))
  } catch (error) {
    onFailure(error) // the line stands; the file is looked for under both names
  }
}

/** The decisions of casts whose channel a crash ended. */
function leftOpen({ folder, gateway, worker }: CastOptions): readonly number[] {
  return namesIn(join(folder, castsFolder)).flatMap(name => {
    const of = name.endsWith(part) ? parseCastName(name.slice(0, -part.length)) : undefined
    return of !== undefined && of.gateway === gateway && of.worker === worker ? [of.decisionSeq] : []
  })
}

/** Whole lines of them are kept. */
async function closeLeft(options: CastOptions, left: readonly number[]): Promise<void> {
  const { folder, gateway, worker } = options
  for (const decisionSeq of left) {
    const path = castPath(gateway, worker, decisionSeq)
    const { session, bytes, digest } = await cutToLines(join(folder, path) + part)
    await settle(options, { kind: 'cast.closed', session, decisionSeq, path, bytes, digest, truncated: true })
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Read in pieces: it may be large. */
async function cutToLines(file: string) {
  const hash = createHash('sha256')
  let bytes = 0
  let head = ''
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of createReadStream(file)) {
    const end = piece.lastIndexOf(0x0a) + 1
    const lines = end === 0 ? rest.subarray(0, 0) : Buffer.concat([rest, piece.subarray(0, end)])
    rest = end === 0 ? Buffer.concat([rest, piece]) : piece.subarray(end)
    if (bytes === 0) head = lines.subarray(0, lines.indexOf(0x0a)).toString()
    hash.update(lines)
    bytes += lines.length
  }
  if (rest.length > 0) await truncate(file, bytes)
  return { session: sessionOf(head), bytes, digest: `sha256:${hash.digest('hex')}` }
}

function sessionOf(head: string): string {
  try {
    const { session } = JSON.parse(head).cedargate
    return typeof session === 'string' && session !== '' ? session : 'unknown'
  } catch {
    return 'unknown' // the crash came before the first line was written
  }
}
