import type { ObjectType } from '@pgsql/types'
import type { RelationKind } from './operation.ts'

/**
 * Where an object of a kind stands, hence what is asked about: a relation and what is part of one on the Table, a schema
 * and a database on themselves, what has no name on what holds it, everything else on an `Object`.
 */
export type Kind = {
  /** As in `DROP …`. */
  readonly word: string
  /** As in the actions `create…`, `alter…`, `drop…`. */
  readonly noun: string
} & (
  | { readonly of: 'relation'; readonly kinds: readonly RelationKind[] }
  | { readonly of: 'part' }
  | { readonly of: 'schema itself' | 'database itself' | 'nameless in database' | 'nameless on server' }
  | {
      readonly of: 'object'
      readonly in: 'schema' | 'database' | 'server'
      /** `kind` of the Object. */
      readonly kind: string
      /** How a name without a schema is found; without it, such a name is refused. */
      readonly find?: 'type' | 'routine'
    }
)

const relation = (word: string, noun: string, ...kinds: RelationKind[]): Kind => ({
  of: 'relation',
  word,
  noun,
  kinds,
})
const part = (word: string, noun: string): Kind => ({ of: 'part', word, noun })
const inSchema = (word: string, noun: string, kind = word.toLowerCase()): Kind => ({
  ...{ of: 'object', word, noun, in: 'schema', kind },
})
const inDatabase = (word: string, noun: string): Kind => ({
  ...{ of: 'object', word, noun, in: 'database', kind: word.toLowerCase() },
})
const onServer = (word: string, noun: string): Kind => ({
  ...{ of: 'object', word, noun, in: 'server', kind: word.toLowerCase() },
})
const routine = (word: string): Kind => ({
  ...{ of: 'object', word, noun: 'Function', in: 'schema', kind: 'function', find: 'routine' },
})
const type = (word: string): Kind => ({
  ...{ of: 'object', word, noun: 'Type', in: 'schema', kind: 'type', find: 'type' },
})
const never = 'is made only inside the server'

/** Every kind of object that a statement may name, complete by the compiler. */
export const kinds: { readonly [K in ObjectType]: Kind | typeof never } = {
  OBJECT_TABLE: relation('TABLE', 'Table', 'table', 'partitioned table'),
  OBJECT_VIEW: relation('VIEW', 'View', 'view'),
  OBJECT_MATVIEW: relation('MATERIALIZED VIEW', 'View', 'materialized view'),
  OBJECT_INDEX: relation('INDEX', 'Index', 'index'),
  OBJECT_SEQUENCE: relation('SEQUENCE', 'Sequence', 'sequence'),
  OBJECT_FOREIGN_TABLE: relation('FOREIGN TABLE', 'ForeignTable', 'foreign table'),

  OBJECT_COLUMN: part('COLUMN', 'Table'),
  OBJECT_TABCONSTRAINT: part('TABLE', 'Table'),
  OBJECT_TRIGGER: part('TRIGGER', 'Trigger'),
  OBJECT_RULE: part('RULE', 'Rule'),
  OBJECT_POLICY: part('POLICY', 'Policy'),

  OBJECT_SCHEMA: { of: 'schema itself', word: 'SCHEMA', noun: 'Schema' },
  OBJECT_DATABASE: { of: 'database itself', word: 'DATABASE', noun: 'Database' },

  OBJECT_FUNCTION: routine('FUNCTION'),
  OBJECT_PROCEDURE: routine('PROCEDURE'),
  OBJECT_ROUTINE: routine('ROUTINE'),
  OBJECT_AGGREGATE: routine('AGGREGATE'),
  OBJECT_TYPE: type('TYPE'),
  OBJECT_DOMAIN: type('DOMAIN'),
  OBJECT_DOMCONSTRAINT: type('DOMAIN'),
  OBJECT_ATTRIBUTE: type('TYPE'),
  OBJECT_COLLATION: inSchema('COLLATION', 'Collation'),
  OBJECT_CONVERSION: inSchema('CONVERSION', 'Conversion'),
  OBJECT_STATISTIC_EXT: inSchema('STATISTICS', 'Statistics'),
  OBJECT_OPERATOR: inSchema('OPERATOR', 'Operator'),
  OBJECT_OPCLASS: inSchema('OPERATOR CLASS', 'Operator'),
  OBJECT_OPFAMILY: inSchema('OPERATOR FAMILY', 'Operator'),
  OBJECT_TSCONFIGURATION: inSchema('TEXT SEARCH CONFIGURATION', 'TextSearch'),
  OBJECT_TSDICTIONARY: inSchema('TEXT SEARCH DICTIONARY', 'TextSearch'),
  OBJECT_TSPARSER: inSchema('TEXT SEARCH PARSER', 'TextSearch'),
  OBJECT_TSTEMPLATE: inSchema('TEXT SEARCH TEMPLATE', 'TextSearch'),

  OBJECT_CAST: { of: 'nameless in database', word: 'CAST', noun: 'Cast' },
  OBJECT_TRANSFORM: { of: 'nameless in database', word: 'TRANSFORM', noun: 'Transform' },
  OBJECT_ACCESS_METHOD: inDatabase('ACCESS METHOD', 'AccessMethod'),
  OBJECT_EVENT_TRIGGER: inDatabase('EVENT TRIGGER', 'EventTrigger'),
  OBJECT_EXTENSION: inDatabase('EXTENSION', 'Extension'),
  OBJECT_FDW: inDatabase('FOREIGN DATA WRAPPER', 'ForeignDataWrapper'),
  OBJECT_FOREIGN_SERVER: inDatabase('SERVER', 'ForeignServer'),
  OBJECT_LANGUAGE: inDatabase('LANGUAGE', 'Language'),
  OBJECT_LARGEOBJECT: inDatabase('LARGE OBJECT', 'LargeObject'),
  OBJECT_PUBLICATION: inDatabase('PUBLICATION', 'Publication'),
  OBJECT_SUBSCRIPTION: inDatabase('SUBSCRIPTION', 'Subscription'),

  OBJECT_ROLE: onServer('ROLE', 'Role'),
  OBJECT_TABLESPACE: onServer('TABLESPACE', 'Tablespace'),
  OBJECT_PARAMETER_ACL: { of: 'nameless on server', word: 'PARAMETER', noun: 'Parameter' },

  OBJECT_AMOP: never,
  OBJECT_AMPROC: never,
  OBJECT_DEFACL: never,
  OBJECT_DEFAULT: never,
  OBJECT_PUBLICATION_NAMESPACE: never,
  OBJECT_PUBLICATION_REL: never,
  OBJECT_USER_MAPPING: never,
}
