import type { Target } from '@cedargate/policy-schema'
import { ruleSuite } from '../../../test/rule-suite.ts'
import { unknownClassification } from './rule.ts'

const { finds, silent, run } = ruleSuite(unknownClassification)

const snapshots = {
  'shop-db': {
    relations: [
      { schema: 'public', name: 'customers', kind: 'table', columns: ['id', 'email'] },
      { schema: 'audit', name: 'events', kind: 'table', columns: ['id', 'actor'] },
      { schema: 'old', name: 'events', kind: 'table' },
    ],
  },
}

interface Entry {
  readonly table: string
  readonly columns?: readonly string[]
}
function setting(...entries: readonly Entry[]) {
  const classification = entries.map(entry => ({ ...entry, tags: ['pii'] }))
  const shop: Target = {
    ...{ name: 'shop-db', protocol: 'postgres', tags: [] },
    settings: { host: 'db.internal', database: 'shop', roles: {}, classification },
  }
  const lines = entries.map(({ table, columns = [] }) => `  - { table: ${table}, columns: [${columns.join(', ')}] }\n`)
  return { files: { 'targets.yaml': `targets:\n  shop-db:\n${lines.join('')}` }, targets: [shop], snapshots }
}

finds('a table that is not there', '', ['targets.yaml:3:14'], setting({ table: 'public.customer' }))
finds('a schema that has no table', '', ['targets.yaml:4:14'], setting({ table: 'audit.*' }, { table: 'adit.*' }))
finds(
  'columns that are not there, in the entry that names them',
  '',
  ['targets.yaml:4:42', 'targets.yaml:4:48'],
  setting({ table: 'public.customers', columns: ['email'] }, { table: 'public.customers', columns: ['mail', 'tel'] }),
)
finds(
  'a column that no table of the pattern has',
  '',
  ['targets.yaml:3:34'],
  setting({ table: 'public.*', columns: ['actor'] }),
)

silent('tables and columns that are there', '', setting({ table: 'public.customers', columns: ['id', 'email'] }))
silent('a column of one of the tables', '', setting({ table: '*.*', columns: ['actor', 'email'] }))
silent('columns that an older snapshot does not hold', '', setting({ table: 'old.events', columns: ['actor'] }))
silent('a target without a snapshot', '', { ...setting({ table: 'public.customer' }), snapshots: {} })

run()
