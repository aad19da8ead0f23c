import type { Connection } from '../peers/index.ts'

/** What a statement came to, as plain JSON: values as the driver reads them. */
export interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly count: number | null
}

/** What the workload needs of a driver, in the driver's own ways. */
export interface Session {
  query(sql: string, parameters?: readonly unknown[]): Promise<Answer>
  /** A named prepared statement, the same for the same name. */
  prepared(name: string, sql: string, parameters: readonly unknown[]): Promise<Answer>
  /** Sent without waiting for one another; the SQLSTATE of what failed. */
  pipeline(statements: readonly string[]): Promise<readonly (Answer | string)[]>
  copyIn(sql: string, chunks: readonly string[]): Promise<void>
  copyOut(sql: string): Promise<string>
  /** Rows in batches of `size`, from the protocol's portal. */
  batches(sql: string, size: number): AsyncIterable<readonly (readonly unknown[])[]>
  /** Runs it and cancels it when it has begun: the SQLSTATE. */
  cancelled(sql: string, begun: () => Promise<void>): Promise<string>
  /** What comes of `payloads`, sent on `channel` by `send`. */
  notified(channel: string, payloads: readonly string[], send: Send): Promise<readonly string[]>
  end(): Promise<void>
}
export type Send = (payload: string) => Promise<unknown>

export interface Driver {
  readonly name: string
  /** A COPY that the server refuses halfway is never ended by its stream. */
  readonly deafToCopyErrors?: true
  connect(connection: Connection): Promise<Session>
}

/** The SQLSTATE of what was thrown. */
export function sqlState(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  if (typeof code !== 'string') throw error
  return code
}

/** The SQLSTATE of what a promise fails with. */
export async function stateOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => 'it did not fail', sqlState)
}

/** As JSON holds it. */
export function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return { hex: value.toString('hex') }
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value ?? null
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
