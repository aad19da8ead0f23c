import type pg from 'pg'

/** What node-postgres sends its messages by, one at a time. */
export interface Wire {
  parse(message: { name: string; text: string; types: readonly number[] }): void
  bind(message: { portal: string; statement: string; values: readonly string[] }): void
  execute(message: { portal: string; rows: number }): void
  sync(): void
}

export interface Heard {
  readonly rows: readonly (readonly (string | null)[])[]
  /** SQLSTATE of the error, where there was one. */
  readonly code: string | undefined
}

/** Sends messages of the extended protocol as they are, and hears what comes until ReadyForQuery. */
export function say(client: pg.Client, send: (wire: Wire) => void): Promise<Heard> {
  return new Promise(resolve => {
    const rows: (string | null)[][] = []
    const ignore = () => {}
    const query = {
      submit: (connection: object) => send(connection as Wire),
      handleRowDescription: ignore,
      handleDataRow: ({ fields }: { fields: (string | null)[] }) => rows.push(fields),
      handleCommandComplete: ignore,
      handlePortalSuspended: ignore,
      handleEmptyQuery: ignore,
      handleCopyInResponse: ignore,
      handleError: (error: { code?: string }) => resolve({ rows, code: error.code ?? 'none' }), // node-postgres waits for what follows
      handleReadyForQuery: () => resolve({ rows, code: undefined }),
    }
    client.query(query as unknown as pg.Submittable)
  })
}
