/** A client of bare bytes for the tests beside it: says exactly what it is told to, and shows exactly what came. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as secure } from 'node:tls'
import { serialize } from 'pg-protocol'

/** A message as it came; of an ErrorResponse also its fields. */
export interface Heard {
  readonly type: string
  readonly body: string
  readonly bytes: Buffer
  readonly fields: { readonly [field: string]: string }
}

/** Without another byte. */
const patienceMs = 2_000

export class RawClient {
  readonly socket: Socket
  #held: Buffer = Buffer.alloc(0)
  #closed = false
  #wake = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', chunk => {
      this.#held = Buffer.concat([this.#held, chunk])
      this.#wake()
    })
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  /** @param from an address of this machine */
  static async open(port: number, from = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Asks for TLS and speaks inside it from there on. */
  static async openTls(port: number, ca: string): Promise<RawClient> {
    const plain = await RawClient.open(port)
    plain.send(serialize.requestSsl())
    const answer = await plain.bytes(1)
    if (answer.toString() !== 'S') throw new Error(`the gateway answered ${answer} to SSLRequest`)
    plain.socket.removeAllListeners('data')
    const socket = secure({ socket: plain.socket, ca, host: '127.0.0.1' })
    await once(socket, 'secureConnect')
    return new RawClient(socket)
  }

  send(...messages: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(messages))
  }

  async bytes(count: number): Promise<Buffer> {
    await this.#until(() => this.#held.length >= count)
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  async message(): Promise<Heard> {
    const header = await this.bytes(5)
    const body = await this.bytes(header.readInt32BE(1) - 4)
    const type = String.fromCharCode(header[0] ?? 0)
    const text = body.toString('utf8')
    const parts = type === 'E' || type === 'N' ? text.split('\0').filter(part => part !== '') : []
    return {
      type,
      body: text,
      bytes: body,
      fields: Object.fromEntries(parts.map(part => [part[0] ?? '', part.slice(1)])),
    }
  }

  /** All that comes up to and with the given number of ReadyForQuery. */
  async ready(times = 1): Promise<Heard[]> {
    const heard: Heard[] = []
    for (let left = times; left > 0; ) {
      const next = await this.message()
      heard.push(next)
      if (next.type === 'Z') left--
    }
    return heard
  }

  /** All that comes until the other side closes. */
  async rest(): Promise<Heard[]> {
    await this.#until(() => this.#closed)
    const heard: Heard[] = []
    while (this.#held.length >= 5) heard.push(await this.message())
    return heard
  }

  /** Logs in; what came until the first ReadyForQuery. */
  async logIn(
    user: string,
    token: string,
    parameters: { readonly [name: string]: string } = {},
    version = 196608,
  ): Promise<Heard[]> {
    this.send(startup({ user, ...parameters }, version))
    const asked = await this.message()
    if (asked.type !== 'R') throw new Error(`no password was asked: ${JSON.stringify(asked)}`)
    this.send(serialize.password(token))
    return await this.ready()
  }

  async query(sql: string): Promise<Heard[]> {
    this.send(serialize.query(sql))
    return await this.ready()
  }

  close(): void {
    this.socket.destroy()
  }

  async #until(there: () => boolean): Promise<void> {
    let [late, before] = [Date.now() + patienceMs, this.#held.length]
    while (!there()) {
      if (this.#held.length !== before) [late, before] = [Date.now() + patienceMs, this.#held.length]
      if (this.#closed) throw new Error(`closed, with ${JSON.stringify(this.#held.toString('latin1'))} left`)
      const wait = late - Date.now()
      if (wait <= 0) throw new Error(`nothing came, with ${JSON.stringify(this.#held.toString('latin1'))} left`)
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
        timer = setTimeout(resolve, wait)
      })
      clearTimeout(timer)
    }
  }
}

/** What is sent at once, and how many ReadyForQuery it gives: the next step waits for them. */
export type Step = readonly [bytes: readonly Buffer[], readies: number]

/** What is heard in answer to each step. Closes the client. */
export async function play(client: RawClient, steps: readonly Step[]): Promise<Heard[][]> {
  const story: Heard[][] = []
  try {
    for (const [bytes, readies] of steps) {
      client.send(...bytes)
      story.push(await client.ready(readies))
    }
    return story
  } finally {
    client.close()
  }
}

/** A startup message with just these parameters. */
export function startup(parameters: { readonly [name: string]: string }, version = 196608): Buffer {
  const words = Object.entries(parameters).flat()
  return packet(version, Buffer.from([...words.map(word => `${word}\0`), '\0'].join(''), 'utf8'))
}

/** A packet of the startup phase: length, code, body. */
export function packet(code: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(8 + body.length, 0)
  head.writeInt32BE(code, 4)
  return Buffer.concat([head, body])
}

/** `EC` for ErrorResponse, CommandComplete: what came, in short. */
export function letters(heard: readonly Heard[]): string {
  return heard.map(({ type }) => type).join('')
}

/** Waits for what comes a moment later. */
export async function until(there: () => boolean, what = there.toString()): Promise<void> {
  for (const late = Date.now() + patienceMs; !there(); ) {
    if (Date.now() > late) throw new Error(`never came: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
