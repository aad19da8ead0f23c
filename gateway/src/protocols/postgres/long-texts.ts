import { Worker } from 'node:worker_threads'
import { forgetLong, isReadAtOnce, keepLong, type LongReading } from '@cedargate/policy-schema'
import { beside } from '../../core/beside.ts'

/** Reads long texts in a thread of their own, one by one, so that nobody else waits for them. */
export interface LongTexts {
  /**
   * @returns `undefined` where the text can be read at once; else what resolves when it can. One that takes too long, or on
   * which the thread dies, is read then as one that cannot be mapped; who sends it again has it read again.
   * @param isOver whether nobody waits for it any more: then it is left out, and its promise resolves all the same
   */
  read(sql: string, isOver?: () => boolean): Promise<void> | undefined
}

export interface LongTextsOptions {
  /** For one text, and for the thread to start. 20 s unless given. */
  readonly deadlineMs?: number
  /** Started when the first long text comes. The gateway's own unless given. */
  readonly script?: URL
}

interface Waiting {
  readonly sql: string
  readonly isOver: () => boolean
  readonly done: () => void
}

/** What no text within the caps needs. */
const maxHeapMb = 512

export function createLongTexts({ deadlineMs = 20_000, script = ownScript }: LongTextsOptions = {}): LongTexts {
  /** The first one is in the thread. A session has one here at a time, and none that is over: so there are no more than sessions. */
  let queue: readonly Waiting[] = []
  let thread: Worker | undefined
  let deadline: NodeJS.Timeout | undefined

  const answer = (reading: LongReading) => {
    clearTimeout(deadline)
    keepLong(reading)
    const [first, ...others] = queue
    queue = others
    first?.done()
    next()
  }
  const fail = (failed: Worker, why: string) => {
    if (failed !== thread) return
    thread = undefined
    void failed.terminate()
    const [first] = queue
    if (first === undefined) return
    const { sql } = first
    answer({ sql, reading: { reason: 'unparseable', detail: `the text ${why}`, transient: true } })
    setImmediate(() => forgetLong(sql)) // by then its session has taken it, and was refused
  }
  const start = (): Worker => {
    // it needs none of the gateway's secrets
    const worker = new Worker(script, { env: {}, resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })
    worker.on('message', reading => {
      if (worker === thread) answer(reading) // else it came too late, and another text has its place
    })
    worker.on('error', () => fail(worker, 'broke what reads it'))
    worker.on('exit', () => fail(worker, 'broke what reads it'))
    return worker
  }
  const dropOver = (waiting: readonly Waiting[]) =>
    waiting.filter(({ isOver, done }) => {
      if (!isOver()) return true
      done()
      return false
    })
  const next = () => {
    queue = dropOver(queue)
    const [first] = queue
    if (first === undefined) return thread?.unref()
    thread ??= start()
    const worker = thread
    worker.ref() // whoever waits for it is not left waiting
    worker.postMessage(first.sql)
    deadline = setTimeout(() => fail(worker, `could not be read within ${deadlineMs} ms`), deadlineMs)
  }

  return {
    read(sql, isOver = () => false) {
      if (isReadAtOnce(sql)) return undefined
      return new Promise(done => {
        const [first, ...others] = queue
        queue = [...(first ? [first] : []), ...dropOver(others), { sql, isOver, done }]
        if (first === undefined) next()
      })
    },
  }
}

const ownScript = beside(import.meta.url, 'long-texts-thread')
