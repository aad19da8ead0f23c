/** Asks and answers between the processes of one gateway. */
import type { ChildProcess } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { GatewayError } from '../core/errors.ts'

export type ChannelCode =
  /** The other process is gone, or does not answer. */
  | 'ERR_WORKER_GONE'
  /** It was asked for something that it does not know. */
  | 'ERR_WORKER_CALL'

/** What one process answers to the other: plain data in, plain data out. */
export type Calls<T> = { readonly [name in keyof T]: (given: never) => unknown }

/** The same, from the other side. */
export type Remote<T extends Calls<T>> = {
  ask<Name extends keyof T & string>(
    name: Name,
    given: Parameters<T[Name]>[0],
    /** 10,000 unless given. */
    deadlineMs?: number,
  ): Promise<Awaited<ReturnType<T[Name]>>>
}

/** What leads to the other process. */
export interface Line {
  send(message: object, sent: (error: Error | null) => void): void
  onMessage(hear: (message: unknown) => void): void
  onEnd(hear: () => void): void
}

/** The line of a child process, or to the process that started this one. */
export function toLine(process: EventEmitter & { send?: ChildProcess['send'] | undefined }): Line {
  return {
    send(message, sent) {
      if (process.send === undefined) throw new TypeError('this process was not started by another')
      process.send(message, undefined, undefined, sent)
    },
    onMessage: hear => process.on('message', hear),
    onEnd: hear => process.on('disconnect', hear),
  }
}

type Message =
  | { readonly ask: number; readonly name: string; readonly given: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly code: string; readonly detail: string }

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly deadline: NodeJS.Timeout
}

/**
 * Answers what the other side asks by `ours`, and asks what is `Theirs`. An ask fails with `ERR_WORKER_GONE`, or with the
 * code that the other side failed with; it never waits for ever.
 */
export function openChannel<Theirs extends Calls<Theirs>>(line: Line, ours: object): Remote<Theirs> {
  const waiting = new Map<number, Waiting>()
  let asked = 0

  const settle = (number: number, act: (one: Waiting) => void) => {
    const one = waiting.get(number)
    if (one === undefined) return
    waiting.delete(number)
    clearTimeout(one.deadline)
    act(one)
  }
  const send = (message: Message, failed: () => void) => {
    try {
      line.send(message, error => error && failed())
    } catch {
      failed()
    }
  }
  const answer = async (number: number, name: string, given: unknown) => {
    let message: Message
    try {
      if (!Object.hasOwn(ours, name)) throw new GatewayError('ERR_WORKER_CALL', `there is no \`${name}\``)
      const value = await (ours as { [name: string]: (given: unknown) => unknown })[name]?.(given)
      message = { answer: number, value }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'ERR_INTERNAL'
      message = { answer: number, code, detail: error instanceof Error ? error.message : String(error) }
    }
    send(message, () => {}) // who asked is gone
  }

  line.onMessage(heard => {
    const message = heard as Message
    if ('ask' in message) void answer(message.ask, message.name, message.given)
    else if ('code' in message)
      settle(message.answer, one => one.reject(new GatewayError(message.code, message.detail)))
    else settle(message.answer, one => one.resolve(message.value))
  })
  line.onEnd(() => {
    for (const number of [...waiting.keys()]) settle(number, one => one.reject(gone('it has ended')))
  })

  return {
    ask: (name, given, deadlineMs = 10_000) =>
      new Promise((resolve, reject) => {
        const number = ++asked
        const failed = (why: string) => settle(number, one => one.reject(gone(why)))
        const deadline = setTimeout(() => failed(`no answer within ${deadlineMs} ms`), deadlineMs).unref()
        waiting.set(number, { resolve: resolve as Waiting['resolve'], reject, deadline })
        send({ ask: number, name, given }, () => failed('it cannot be reached'))
      }),
  }
}

function gone(why: string): GatewayError<ChannelCode> {
  return new GatewayError('ERR_WORKER_GONE', `the other process of this gateway cannot be asked: ${why}`)
}
