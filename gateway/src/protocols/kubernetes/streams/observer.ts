/** What the readers of upgraded connections and those who keep what they read promise each other. */
import { GatewayError } from '../../../core/errors.ts'

export type Side = 'client' | 'target'

/** What Kubernetes sends over one connection: `data` is a forwarded port, `error` says how it ended. */
export type Channel = 'stdin' | 'stdout' | 'stderr' | 'error' | 'resize' | 'data'

/** Reads what passes between the two sides, and changes nothing of it. */
export interface Observer {
  /**
   * Called for all bytes of a side in order, before they are passed on; not again for a side until it has settled.
   *
   * @throws GatewayError with a `StreamCode`: they could be read in two ways, or are too many, so the stream must end
   */
  observe(from: Side, bytes: Buffer): void | Promise<void>
  /**
   * The bytes by which the target would say on channel `error` how it ended.
   *
   * @returns `undefined` where the target is amid something else, or has said so itself
   */
  farewell?(status: Buffer): Buffer | undefined
  /** Lets go of what it holds. */
  close(): void
}

/** Told what was read. Bytes are the caller's again when it returns. */
export interface Listener {
  bytes(channel: Channel, bytes: Buffer, from: Side): void
  /** That side sends no more there. */
  ended?(channel: Channel, from: Side): void
}

export type StreamCode =
  /** No frame of the protocol, or one that nobody sends here. */
  | 'ERR_STREAM_FRAME'
  | 'ERR_STREAM_SIZE'
  /** The names and values of a SPDY stream. */
  | 'ERR_STREAM_HEADERS'
  /** A channel that this call does not have, or not from that side. */
  | 'ERR_STREAM_CHANNEL'

export function broken(code: StreamCode, message: string, cause?: unknown): GatewayError<StreamCode> {
  return new GatewayError(code, message, { cause })
}

/** Who may send on a channel. An upgraded call has those that its use lists. */
export const senders: { readonly [C in Channel]: readonly Side[] } = {
  ...{ stdin: ['client'], resize: ['client'], data: ['client', 'target'] },
  ...{ stdout: ['target'], stderr: ['target'], error: ['target'] },
}

export type Use = 'terminal' | 'ports'
export const channelsOf: { readonly [U in Use]: readonly Channel[] } = {
  /** `exec` and `attach`. */
  terminal: ['error', 'stdin', 'stdout', 'stderr', 'resize'],
  /** `port-forward`: a pair for each connection. */
  ports: ['error', 'data'],
}
