import { Ajv } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { catalogFor, target } from './orders.test-support.ts'
import { loadParser } from './parser.ts'
import { operationSchema, shorthandSchema, targetSchema } from './schemas.ts'

await loadParser()
const ajv = new Ajv({ strict: true, allowUnionTypes: true })

const sql = "SELECT o.id::text, lower('x') FROM audit.events o, gone, parent"
const catalog = catalogFor(sql)
const query = { protocol: 'postgres', kind: 'query', sql, catalog }
const settings = target.settings

for (const [what, schema, good, bad] of [
  [
    'an operation',
    operationSchema,
    [
      query,
      { ...query, kind: 'parse' },
      { ...query, catalog: { ...catalog, encoding: 'LATIN1' } },
      { ...query, sql: '', oversize: { bytes: 300_000, digest: '00' } },
      { ...query, sql: '', oversize: { bytes: 3, digest: '00', notUtf8: true } },
      { ...query, kind: 'execute', parameters: ['a', null, { hex: '00' }, { length: 2_000, digest: 'sha256:00' }] },
      { protocol: 'postgres', kind: 'connect', database: 'orders', applicationName: 'psql' },
    ],
    [
      { ...query, protocol: 'ssh' },
      { ...query, kind: 'execute' },
      { ...query, parameters: [] },
      { ...query, catalog: { ...catalog, transaction: 'lost' } },
      { ...query, catalog: { ...catalog, relations: { a: { schema: 'a', name: 'b', kind: 'heap' } } } },
      { ...query, catalog: undefined },
      { protocol: 'postgres', kind: 'connect' },
    ],
  ],
  [
    'a target',
    targetSchema,
    [
      settings,
      { ...settings, port: 5433, tls: { mode: 'disable' }, roles: { backup: { user: 'b', credential: 'c' } } },
    ],
    [
      { ...settings, host: '' },
      { ...settings, port: 0 },
      { ...settings, tls: { mode: 'prefer' } },
      { ...settings, roles: { backup: { user: 'b', password: 'secret' } } },
      { ...settings, classification: [{ table: 'events', tags: [] }] },
      { host: 'h', database: 'd' },
    ],
  ],
  [
    'a shorthand',
    shorthandSchema,
    [
      { sql: 'SELECT 1' },
      { sql: { text: 'SELECT $1', parameters: ['a', null] } },
      { connect: null },
      { connect: { database: 'd' } },
    ],
    [{}, { sql: '' }, { sql: 1 }, { sql: { parameters: [] } }, { connect: 'd' }, { sql: 'SELECT 1', connect: null }],
  ],
] as const) {
  const schemas = suite(`the schema of ${what}`)
  const validate = ajv.compile(schema)
  for (const value of good)
    schemas(`takes ${JSON.stringify(value).slice(0, 90)}`, () =>
      assert.ok(validate(value), ajv.errorsText(validate.errors)),
    )
  for (const value of bad) schemas(`refuses ${JSON.stringify(value).slice(0, 90)}`, () => assert.not(validate(value)))
  schemas.run()
}
