import pg from 'pg'

/** Where an agent finds the gateway, and what it may show there. */
export interface GatewayAddress {
  readonly host: string
  readonly port: number
  /** PEM; the agent sends its token to nobody whom this authority does not vouch for. */
  readonly ca: string
}

/** What an agent's client got back: rows, or an error as any PostgreSQL client shows it. */
export type Answer =
  | { readonly ok: true; readonly rows: readonly { readonly [column: string]: unknown }[] }
  | {
      readonly ok: false
      readonly sqlstate: string
      readonly message: string
      readonly detail?: string
      readonly hint?: string
    }

/** One open session of a sample agent: node-postgres, unchanged, with the gateway as its server. */
export interface Agent {
  readonly role: string
  /** A simple Query. */
  ask(sql: string): Promise<Answer>
  /** A statement that is prepared once under its name and executed each time. */
  askPrepared(name: string, sql: string, parameters: readonly unknown[]): Promise<Answer>
  close(): Promise<void>
}

/** Logs in as `role@target` with the token as password. @throws what node-postgres throws when it is turned away */
export async function connectAgent(
  gateway: GatewayAddress,
  who: { readonly role: string; readonly target: string; readonly database: string; readonly token: string },
): Promise<Agent> {
  const client = new pg.Client({
    host: gateway.host,
    port: gateway.port,
    user: `${who.role}@${who.target}`,
    password: who.token,
    database: who.database,
    ssl: { ca: gateway.ca, rejectUnauthorized: true },
    application_name: 'demo-agent',
  })
  // A gateway that ends the session says so out of turn; what is asked next fails with it.
  client.on('error', () => undefined)
  await client.connect()
  return {
    role: who.role,
    ask: sql => answered(client.query(sql)),
    askPrepared: (name, text, values) => answered(client.query({ name, text, values: [...values] })),
    close: () => client.end(),
  }
}

async function answered(asked: Promise<pg.QueryResult | pg.QueryResult[]>): Promise<Answer> {
  try {
    const results = await asked
    return { ok: true, rows: (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [] }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    const { code = '', message, detail, hint } = error
    return {
      ok: false,
      sqlstate: code,
      message,
      ...(detail !== undefined && { detail }),
      ...(hint !== undefined && { hint }),
    }
  }
}
