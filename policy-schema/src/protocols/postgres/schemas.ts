const nonEmpty = { type: 'string', minLength: 1 } as const
const strings = { type: 'array', items: { type: 'string' } } as const
const object = <P extends object>(properties: P, required: readonly (keyof P & string)[]) =>
  ({ type: 'object', additionalProperties: false, properties, required }) as const

const change = { enum: ['delete', 'update'] } as const
const cascade = object({ on: change, action: change, relation: { type: 'string' }, columns: strings, key: strings }, [
  'on',
  'action',
  'relation',
  'columns',
])
const trigger = object(
  {
    on: { type: 'array', items: { enum: ['insert', 'update', 'delete', 'truncate'] } },
    instead: { const: true },
    runs: strings,
  },
  ['on', 'runs'],
)
const routine = object(
  {
    ...{ schema: { type: 'string' }, name: { type: 'string' }, signature: { type: 'string' } },
    volatility: { enum: ['immutable', 'stable', 'volatile'] },
    ...{ language: { type: 'string' }, securityDefiner: { type: 'boolean' }, extension: { type: 'string' } },
    ...{ least: { type: 'integer' }, most: { type: 'integer' } },
  },
  ['schema', 'name', 'signature', 'volatility', 'language', 'securityDefiner', 'least'],
)

const relation = object(
  {
    schema: { type: 'string' },
    name: { type: 'string' },
    kind: {
      enum: [
        ...['table', 'view', 'materialized view', 'index', 'sequence', 'partitioned table', 'foreign table'],
        ...['composite type', 'toast table'],
      ],
    },
    table: { type: 'string' },
    columns: strings,
    rules: { type: 'array', items: { enum: ['insert', 'update', 'delete'] } },
    reads: { type: 'object', additionalProperties: strings },
    locks: strings,
    children: strings,
    sequences: strings,
    referring: { type: 'array', items: cascade },
    triggers: { type: 'array', items: trigger },
    runs: strings,
    runsOnWrite: strings,
  },
  ['schema', 'name', 'kind'],
)

const catalog = object(
  {
    database: nonEmpty,
    encoding: nonEmpty,
    currentSchema: { type: ['string', 'null'] },
    transaction: { enum: ['none', 'open', 'failed'] },
    relations: { type: 'object', additionalProperties: { anyOf: [relation, { type: 'null' }] } },
    functions: { type: 'object', additionalProperties: strings },
    types: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
    foreignOperators: strings,
    operatorFunctions: { type: 'object', additionalProperties: strings },
    typeFunctions: { type: 'object', additionalProperties: strings },
    reached: { type: 'object', additionalProperties: relation },
    beyond: { const: true },
    routines: { type: 'object', additionalProperties: routine },
    prepared: { type: 'object', additionalProperties: { type: 'string' } },
    cursors: { type: 'object', additionalProperties: { type: 'string' } },
  },
  ['database', 'currentSchema', 'transaction', 'relations', 'functions', 'types', 'foreignOperators'],
)

const digested = object({ length: { type: 'integer', minimum: 0 }, digest: { type: 'string' } }, ['length', 'digest'])
const parameter = {
  anyOf: [{ type: ['string', 'null'] }, object({ hex: { type: 'string' } }, ['hex']), digested],
} as const
const protocol = { const: 'postgres' } as const

/** JSON Schema of a PostgresOperation as the trail records it. */
export const operationSchema = {
  oneOf: [
    object({ protocol, kind: { const: 'connect' }, database: nonEmpty, applicationName: { type: 'string' } }, [
      'protocol',
      'kind',
      'database',
    ]),
    object(
      {
        protocol,
        kind: { enum: ['query', 'parse'] },
        sql: { type: 'string' },
        oversize: object(
          { bytes: { type: 'integer', minimum: 0 }, digest: { type: 'string' }, notUtf8: { const: true } },
          ['bytes', 'digest'],
        ),
        catalog,
      },
      ['protocol', 'kind', 'sql', 'catalog'],
    ),
    object(
      {
        protocol,
        kind: { const: 'execute' },
        sql: { type: 'string' },
        parameters: { type: 'array', items: parameter },
        catalog,
      },
      ['protocol', 'kind', 'sql', 'parameters', 'catalog'],
    ),
    object(
      {
        protocol,
        kind: { const: 'functionCall' },
        function: { type: ['string', 'null'] },
        parameters: { type: 'array', items: parameter },
        catalog,
      },
      ['protocol', 'kind', 'function', 'parameters', 'catalog'],
    ),
  ],
} as const

/** JSON Schema of PostgresTargetSettings. */
export const targetSchema = object(
  {
    host: nonEmpty,
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    database: nonEmpty,
    tls: object({ mode: { enum: ['verify-full', 'disable'] }, ca: nonEmpty, serverName: nonEmpty }, []),
    auth: { type: 'array', minItems: 1, items: { enum: ['scram', 'md5'] } },
    roles: {
      type: 'object',
      additionalProperties: object({ user: nonEmpty, credential: nonEmpty }, ['user', 'credential']),
    },
    classification: {
      type: 'array',
      items: object(
        {
          table: { type: 'string', pattern: '^[^.]+\\.[^.]+$' },
          columns: { type: 'array', items: nonEmpty, minItems: 1 },
          tags: strings,
        },
        ['table', 'tags'],
      ),
    },
  },
  ['host', 'database', 'roles'],
)

/** JSON Schema of the shorthand: `sql:` with a text, or with its parameters; `connect:` with a database. */
export const shorthandSchema = {
  oneOf: [
    object(
      {
        sql: {
          oneOf: [nonEmpty, object({ text: nonEmpty, parameters: { type: 'array', items: parameter } }, ['text'])],
        },
      },
      ['sql'],
    ),
    object({ connect: { anyOf: [object({ database: nonEmpty }, []), { type: 'null' }] } }, ['connect']),
  ],
} as const
