import {
  canonicalJson,
  completed,
  isRefusal,
  type Mapped,
  type PostgresSnapshot,
  postgresProtocol,
  readSql,
  resolveNames,
  type SqlReading,
  templateOf,
} from '@cedargate/policy-schema'
import * as assert from 'uvu/assert'
import { replacedInstances } from '../../../policy-schema/src/protocols/postgres/parser.ts'
import { redactSql } from '../../../policy-schema/src/protocols/postgres/redact.ts'
import { target } from '../../differential/differential.ts'
import type { Random } from '../random.ts'
import type { Tokens } from './grammar.ts'
import { mutated, otherwise, plainly, renumbered } from './spelling.ts'

const reasons = new Set(['unmapped', 'unparseable', 'unresolved', 'too_large'])

/** What a text asks by a snapshot of the database. */
export function mappedBy(snapshot: PostgresSnapshot, sql: string): Mapped {
  const reading = readSql(sql)
  if (isRefusal(reading)) return reading
  const catalog = resolveNames(reading.names, snapshot)
  return completed(postgresProtocol.toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target))
}

const forget = () => readSql('SELECT 1 -- so that the last reading is none of what is read next')
const read = (sql: string) => {
  forget()
  return readSql(sql)
}

/** A reading without where its text differs. Order stays: it is the order of the text. */
const comparable = (reading: ReturnType<typeof readSql>) =>
  isRefusal(reading) ? reading.reason : canonicalJson(reading as SqlReading)

/** What must hold for a text, whatever it is. */
export function holdAlways(snapshot: PostgresSnapshot, sql: string): Mapped {
  const mapped = mappedBy(snapshot, sql)
  if ('reason' in mapped) assert.ok(reasons.has(mapped.reason), 'a refusal has one of four codes')
  if ('requests' in mapped)
    for (const { resource, entities } of mapped.requests)
      assert.equal(entities[0]?.uid, resource, 'a request brings its resource')
  assert.is(comparable(read(sql)), comparable(read(sql)), 'a text is read twice in the same way')
  const redacted = redactSql(sql)
  assert.is(redactSql(redacted), redacted, 'what is redacted stays')
  assert.is(
    canonicalJson(outcome(mappedBy(snapshot, redacted))),
    canonicalJson(outcome(mapped)),
    'what is recorded asks what was asked',
  )
  assert.is(replacedInstances(), 0, 'no text costs the grammar an instance')
  return mapped
}

/** Without the sentence, which may name what stood in the text. */
const outcome = (mapped: Mapped) => ('reason' in mapped ? { reason: mapped.reason } : mapped)

/** What must hold for a text that is made of tokens. */
export function holdForTokens(snapshot: PostgresSnapshot, tokens: Tokens, random: Random): Mapped {
  const sql = plainly(tokens)
  const mapped = holdAlways(snapshot, sql)
  const other = otherwise(tokens, random)
  assert.is(
    comparable(read(other)),
    comparable(read(sql)),
    `white space, comments and letters change nothing: ${JSON.stringify(other)}`,
  )
  const numbers = plainly(renumbered(tokens, random))
  if (templateOf(sql) !== undefined && templateOf(sql) === templateOf(numbers))
    assert.is(
      canonicalJson(outcome(mappedBy(snapshot, numbers))),
      canonicalJson(outcome(mapped)),
      `one template asks one thing: ${numbers}`,
    )
  holdAlways(snapshot, mutated(tokens, random))
  return mapped
}
