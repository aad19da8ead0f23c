import { DemoError } from '../../errors.ts'

/** What a client has shown so far, and who waits for it to show something. */
export class Shown {
  text = ''
  readonly #waiting = new Set<() => void>()
  #ended = false

  add(more: string): void {
    this.text += more
    for (const look of this.#waiting) look()
  }

  end(): void {
    this.#ended = true
    for (const look of this.#waiting) look()
  }

  /** @throws DemoError `ERR_DEMO_EXPECTATION` where it ended, or a minute passed, without it */
  async until(wanted: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const give = (why: string) =>
      reject(new DemoError('ERR_DEMO_EXPECTATION', `${why} without showing \`${wanted}\`, but: ${this.text}`))
    const look = () => {
      if (this.text.includes(wanted)) resolve()
      else if (this.#ended) give('the client ended')
    }
    const deadline = setTimeout(() => give('a minute passed'), 60_000)
    this.#waiting.add(look)
    look()
    try {
      await promise
    } finally {
      clearTimeout(deadline)
      this.#waiting.delete(look)
    }
  }
}
