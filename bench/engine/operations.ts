/** What agents of the corpus's teams ask. */
import type { Facts, Operation, Session } from '@cedargate/policy-schema'

/** A read of a team's table; every `limit` makes another statement, and another context. */
export function read(team: number, limit: number): Operation {
  const name = `team_${team}.orders`
  return {
    protocol: 'postgres',
    kind: 'execute',
    sql: `SELECT id, total FROM ${name} WHERE id > $1 LIMIT ${limit}`,
    parameters: ['17'],
    catalog: frozen({
      database: 'orders',
      currentSchema: 'public',
      transaction: 'none',
      relations: { [name]: { schema: `team_${team}`, name: 'orders', kind: 'table' } },
      functions: {},
      types: {},
      foreignOperators: [],
    } as const),
  }
}

export function facts(team: number): Facts {
  const session: Session = frozen({
    id: `session-${team}`,
    principal: { type: 'Gate::Agent', id: `agent-${team}` },
    issuer: 'ci',
    role: `team-${team}`,
    target: 'orders-db',
    credentialId: 'token',
    startedAt: Date.UTC(2026, 0),
    expiresAt: Date.UTC(2027, 0),
  })
  return { session, source: '127.0.0.1', now: Date.UTC(2026, 5) }
}

function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (member !== null && typeof member === 'object') frozen(member)
  return Object.freeze(value)
}
