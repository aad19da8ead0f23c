/** One call at the target, and its answer on the way to the client as it comes. */
import type { ServerResponse } from 'node:http'
import { type Dispatcher, errors, type Pool } from 'undici'
import type { Refusal, Result } from '../../core/contract.ts'
import { answerHeaders } from './headers.ts'
import { failed, refused, type Status } from './refusals.ts'

export interface Forwarding {
  readonly pool: Pool
  readonly method: string
  /** Path and query, as they were decided on. */
  readonly target: string
  /** Names and values, by turns. */
  readonly headers: readonly string[]
  readonly body: Buffer | undefined
  /** Where the path of the API stands at the gateway. */
  readonly prefix: string
  /** The answer may be silent for long. */
  readonly ended: AbortSignal | undefined
  /** It reads. A target may close an idle connection just as a call goes out on it (RFC 9112, 9.5): it is sent once more then. */
  readonly repeatable?: boolean
  /** A status that is no answer to the client, who hears nothing of it. */
  readonly withheld?: number | undefined
  /** Makes of the whole body of an answer of 200 another one. */
  readonly rewritten?: (body: Buffer) => Buffer
  /** For the operator: what went wrong, as it was. */
  readonly failed: (detail: { readonly code: string; readonly message: string; readonly cause: string }) => void
}

/** What became of it, `status` the HTTP status or what ended it. */
export type Answered = Pick<Result, 'status' | 'bytes' | 'received'>

/**
 * Passes a call on. A truncated answer never looks whole: the client's connection is cut.
 *
 * @param refuse answers where the target did not
 */
export function forward(
  call: Forwarding,
  response: ServerResponse,
  refuse: (status: Status) => void,
): Promise<Answered> {
  const { promise, resolve } = Promise.withResolvers<Answered>()
  const { pool, method, target, headers, body, ended } = call
  const dispatch = () => {
    pool.dispatch(
      {
        method: method as Dispatcher.HttpMethod,
        path: target,
        headers: [...headers],
        body: body ?? null,
        ...(ended !== undefined && { bodyTimeout: 0 }),
      },
      answer,
    )
  }
  const answer = new Answer(call, response, refuse, resolve, dispatch)
  dispatch()
  return promise
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #call: Forwarding
  readonly #response: ServerResponse
  readonly #refuse: (status: Status) => void
  readonly #resolve: (answered: Answered) => void
  #repeat: (() => void) | undefined
  #controller: Dispatcher.DispatchController | undefined
  #bytes = 0
  #status = 'aborted'
  #over = false
  #paused = false
  /** Whether what was sent ends with a whole line: an event of a watch. */
  #wholeLine = true
  #isWatch = false
  /** The head is made and not sent, nor the piece that has come in the same turn of the event loop. */
  #held = false
  #first: Buffer | undefined
  /** Of an answer that is not sent on as it comes. */
  #whole: { readonly headers: readonly string[]; readonly chunks: Buffer[] } | undefined

  constructor(
    call: Forwarding,
    response: ServerResponse,
    refuse: (status: Status) => void,
    resolve: (answered: Answered) => void,
    dispatch: () => void,
  ) {
    this.#call = call
    this.#response = response
    this.#refuse = refuse
    this.#resolve = resolve
    if (call.repeatable) this.#repeat = dispatch
    response.once('close', this.#left)
    call.ended?.addEventListener('abort', this.#ended, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(new Error('it was over before it was sent once more'))
    else if (this.#call.ended?.aborted) this.#ended()
    else if (this.#response.destroyed) this.#left()
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    this.#repeat = undefined
    if (statusCode < 200 || this.#over) return
    if (statusCode === this.#call.withheld) {
      this.#done(String(statusCode))
      controller.abort(new Error('an answer that is withheld'))
      return
    }
    const headers = answerHeaders((controller.rawHeaders ?? []) as Buffer[], this.#call.prefix)
    this.#status = String(statusCode)
    this.#isWatch = this.#call.ended !== undefined && statusCode === 200 && isPlainJson(headers)
    this.#response.sendDate = false
    if (this.#call.rewritten !== undefined && statusCode === 200) {
      this.#whole = { headers: headers.filter((_, at) => !isLength(headers[at - (at % 2)])), chunks: [] }
      return
    }
    this.#response.writeHead(statusCode, headers) // here, where undici hears of what no header may hold
    this.#held = true
    // what has come with the head goes with it; a watch may say nothing for long, and its client waits for the head
    process.nextTick(flush, this)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return
    this.#bytes += chunk.length
    if (this.#whole !== undefined) {
      this.#keep(this.#whole.chunks, chunk)
      return
    }
    if (this.#isWatch) this.#wholeLine = chunk.at(-1) === 0x0a
    if (this.#held && this.#first === undefined) this.#first = chunk
    else {
      this.flush()
      this.#write(controller, chunk)
    }
  }

  /** Sends the head, and the piece that came with it. */
  flush(): void {
    if (!this.#held || this.#over) return
    const first = this.#first
    this.#held = false
    this.#first = undefined // a watch goes on for long, and a piece keeps all that was read with it
    if (first === undefined || this.#controller === undefined) this.#response.flushHeaders()
    else this.#write(this.#controller, first)
  }

  #write(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // what had been parsed when it was paused still comes
    if (this.#response.write(chunk) || this.#paused) return
    controller.pause()
    this.#paused = true
    this.#response.once('drain', () => {
      this.#paused = false
      controller.resume()
    })
  }

  onResponseEnd(): void {
    const { rewritten } = this.#call
    if (this.#whole === undefined || rewritten === undefined) {
      if (this.#done(this.#status)) this.#end()
      return
    }
    const { headers, chunks } = this.#whole
    const body = rewritten(Buffer.concat(chunks))
    this.#bytes = body.length
    if (!this.#done(this.#status)) return
    this.#response.writeHead(200, [...headers, 'Content-Length', String(body.length)])
    this.#response.end(body)
  }

  /** Head and body of a short answer are one text, and so one write. */
  #end(): void {
    const first = this.#held ? this.#first : undefined
    this.#held = false
    if (first === undefined) this.#response.end()
    else if (first.length > maxText) this.#response.end(first)
    else this.#response.end(first.toString('latin1'), 'latin1')
  }

  #keep(chunks: Buffer[], chunk: Buffer): void {
    chunks.push(chunk)
    if (this.#bytes <= maxWhole || !this.#done(protocol)) return
    this.#refuse(noAnswer)
    this.#controller?.abort(new Error('what would be rewritten is too long'))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return
    const repeat = this.#repeat
    this.#repeat = undefined
    if (repeat !== undefined && error instanceof errors.SocketError) {
      repeat()
      return
    }
    const { code, status } = failureOf(error)
    const { cause } = error
    this.#call.failed({ code, message: error.message, cause: cause instanceof Error ? cause.message : '' })
    if (this.#response.headersSent) this.#cut(code)
    else if (this.#done(code)) this.#refuse(status)
  }

  readonly #left = (): void => {
    if (this.#done('aborted')) this.#controller?.abort(new Error('the client left'))
  }

  /** Law 7: no longer allowed. Whoever watches is told why, in the stream's own words. */
  readonly #ended = (): void => {
    const refusal = this.#call.ended?.reason as Refusal
    const status = refused(refusal)
    if (!this.#response.headersSent) {
      if (this.#done(refusal.code)) this.#refuse(status)
    } else if (this.#isWatch && this.#wholeLine) {
      if (this.#done(refusal.code)) this.#response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
    } else this.#cut(refusal.code)
    this.#controller?.abort(new Error(refusal.code))
  }

  #cut(status: string): void {
    if (!this.#done(status)) return
    this.#response.destroy()
    this.#controller?.abort(new Error(status))
  }

  #done(status: string): boolean {
    if (this.#over) return false
    this.#over = true
    this.#response.off('close', this.#left)
    this.#call.ended?.removeEventListener('abort', this.#ended)
    this.#resolve({ status, bytes: this.#bytes })
    return true
  }
}

function flush(answer: Answer): void {
  answer.flush()
}

/** Bytes of a body that is worth a copy. */
const maxText = 16 * 1024

/** Of an answer that is not sent on as it comes. */
const maxWhole = 4 * 1024 * 1024

function isLength(name: string | undefined): boolean {
  return name?.toLowerCase() === 'content-length'
}

function isPlainJson(headers: readonly string[]): boolean {
  const of = (name: string) => headers[headers.findIndex((each, at) => at % 2 === 0 && each.toLowerCase() === name) + 1]
  const has = headers.some((each, at) => at % 2 === 0 && each.toLowerCase() === 'content-encoding')
  return !has && /^application\/json\s*(;(?!.*stream=protobuf).*)?$/i.test(of('content-type') ?? '')
}

/** What the client is told; what the target said of itself is the operator's to know. */
export function failureOf(error: Error): { readonly code: string; readonly status: Status } {
  if (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  )
    return { code: deadline, status: failed('Timeout', deadline, 'the target did not answer in time') }
  const { code } = error as { readonly code?: unknown }
  const reached =
    error instanceof errors.SocketError || error instanceof errors.HTTPParserError || /^(HPE|UND)_/.test(String(code))
  if (reached) return { code: protocol, status: noAnswer }
  return { code: unreachable, status: failed('ServiceUnavailable', unreachable, 'the target cannot be reached') }
}
const deadline = 'ERR_TARGET_DEADLINE'
const protocol = 'ERR_TARGET_PROTOCOL'
const unreachable = 'ERR_TARGET_UNREACHABLE'
const noAnswer = failed('BadGateway', protocol, 'the target did not answer as an API server does')
