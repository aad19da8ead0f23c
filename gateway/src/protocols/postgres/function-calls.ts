/** FunctionCall names a function by its OID: what that stands for is asked on the session's own connection. */
import { functionQuery, reservedPrefix } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { GatewayError } from '../../core/errors.ts'
import { flushMessage, onlyField, syncMessage } from './catalog.ts'
import type { TargetCode } from './target-side.ts'

const name = `${reservedPrefix}function`
const prepare = Buffer.concat([
  serialize.close({ type: 'S', name }),
  serialize.parse({ name, text: functionQuery, types: [] }),
])
const run = Buffer.concat([serialize.execute({ portal: name, rows: 0 }), serialize.close({ type: 'P', name })])

export function functionQuestion(oid: number, sync: boolean): { readonly question: Buffer; readonly closings: number } {
  const bind = serialize.bind({ portal: name, statement: name, values: [String(oid)] })
  return { question: Buffer.concat([prepare, bind, run, sync ? syncMessage : flushMessage]), closings: 2 }
}

/** @throws GatewayError `ERR_TARGET_OUT_OF_TURN`: the target is no PostgreSQL */
export function readFunction(rows: readonly Buffer[]): string | null {
  const answer = onlyField(Buffer.concat(rows))
  try {
    const read: unknown = JSON.parse(answer)
    if (read === null || typeof read === 'string') return read
  } catch {
    // as below
  }
  throw new GatewayError<TargetCode>('ERR_TARGET_OUT_OF_TURN', 'the target does not say what a function is')
}
