/**
 * The tripwire: after anything that may have changed how the target reads a text, it is asked, on the session's own connection,
 * before it gets another. A ParameterStatus would come too late inside a pipeline, and most settings are never reported.
 */
import { createHash } from 'node:crypto'
import { reservedPrefix } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { GatewayError } from '../../core/errors.ts'
import { flushMessage, onlyField, syncMessage } from './catalog.ts'
import type { Statement } from './readings.ts'
import type { TargetCode } from './target-side.ts'
import { readingSettings } from './upstream.ts'

const name = `${reservedPrefix}settings`

const digests = (view: string) => `coalesce((select pg_catalog.json_object_agg(s.name,
    pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(s.statement, 'UTF8')), 'hex'))
  from pg_catalog.${view} s where s.name operator(pg_catalog.!~~) '${reservedPrefix}%'), '{}'::pg_catalog.json)`

/** What the reading of texts stands on, and what stands behind names: a function may have prepared and dropped as it liked. */
export const settingsQuery = `select pg_catalog.json_build_object(
  'settings', pg_catalog.json_build_object(${Object.keys(readingSettings)
    .map(setting => `'${setting}', pg_catalog.current_setting('${setting}')`)
    .join(', ')}),
  'statements', ${digests('pg_prepared_statements')},
  'cursors', ${digests('pg_cursors')})`

/** It is prepared anew each time: whoever changed settings may have changed that one too. */
const question = Buffer.concat([
  serialize.close({ type: 'S', name }),
  serialize.parse({ name, text: settingsQuery, types: [] }),
  serialize.bind({ portal: name, statement: name, values: [] }),
  serialize.execute({ portal: name, rows: 0 }),
  serialize.close({ type: 'P', name }),
])
const questions = {
  synced: Buffer.concat([question, syncMessage]),
  flushed: Buffer.concat([question, flushMessage]),
} as const

export function settingsQuestion(sync: boolean): { readonly question: Buffer; readonly closings: number } {
  return { question: sync ? questions.synced : questions.flushed, closings: 2 }
}

type Digests = { readonly [name: string]: string }
export interface Surroundings {
  readonly statements: Digests
  readonly cursors: Digests
}

export function settingChanged(setting: string, value: string | undefined, must: string): GatewayError<TargetCode> {
  const text = `the target's \`${setting}\` became \`${value}\`, and the session stands on \`${must}\``
  return new GatewayError<TargetCode>('ERR_TARGET_CHANGED', text)
}

/** @throws GatewayError `ERR_TARGET_CHANGED`: texts would be read otherwise than they were decided on */
export function checkSettings(rows: readonly Buffer[]): Surroundings {
  const { settings, statements, cursors } = read(rows)
  for (const [setting, must] of Object.entries(readingSettings)) {
    if (settings?.[setting] === must) continue
    throw settingChanged(setting, settings?.[setting], must)
  }
  return { statements: statements ?? {}, cursors: cursors ?? {} }
}

function read(rows: readonly Buffer[]): Partial<Surroundings> & { readonly settings?: Digests } {
  try {
    return JSON.parse(onlyField(Buffer.concat(rows))) ?? {}
  } catch (cause) {
    const text = 'the target does not say what its settings are'
    throw new GatewayError<TargetCode>('ERR_TARGET_CHANGED', text, { cause })
  }
}

/** Whether a name stands for the same text at the target; each text is digested once. */
export function createComparison(): (statement: Statement, digest: string | undefined) => boolean {
  const known = new WeakMap<Statement, string>()
  return (statement, digest) => {
    let own = known.get(statement)
    if (own === undefined) {
      own = createHash('sha256').update(statement.sql).digest('hex')
      known.set(statement, own)
    }
    return own === digest
  }
}
