/** JSON Schemas of the YAML files, in the 2020-12 draft. What varies by protocol comes from the protocol. */

/** A role, a target, an issuer, a key set: stands in user names, URLs and entity ids, so no `@`, `/`, `%` or space. */
export const nameForm = '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'

const name = { type: 'string', pattern: nameForm } as const
const text = { type: 'string', minLength: 1, maxLength: 1000 } as const
const names = { type: 'array', items: name, uniqueItems: true } as const
const level = { enum: ['error', 'warning', 'off'] } as const

/** A mapping with names as its keys. */
function named(values: object): object {
  return { type: 'object', propertyNames: { pattern: nameForm }, additionalProperties: values }
}

function shape(required: readonly string[], properties: { readonly [key: string]: object }): object {
  return { type: 'object', required, additionalProperties: false, properties }
}

export const configShape = shape(['name', 'schemaVersion'], {
  name: text,
  schemaVersion: { type: 'string', pattern: '^\\d{1,4}\\.\\d{1,4}$' },
  denyAll: { type: 'boolean' },
  lint: shape([], {
    rules: named({
      description: '`error`, `warning`, `off` or a mapping of options',
      anyOf: [level, { type: 'object', properties: { level, ignore: { type: 'array', items: { type: 'string' } } } }],
    }),
  }),
  simulate: shape([], {
    failOn: {
      type: 'array',
      uniqueItems: true,
      items: { enum: ['newly-allowed', 'newly-denied', 'newly-pending', 'other-reason', 'not-replayable', 'error'] },
    },
  }),
  notify: named({ type: 'array', items: text }),
})

/** RFC 8037: an Ed25519 public key. */
const jwk = shape(['kty', 'crv', 'x', 'kid'], {
  kty: { const: 'OKP' },
  crv: { const: 'Ed25519' },
  x: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
  kid: { type: 'string', minLength: 1, maxLength: 100 },
  alg: { enum: ['EdDSA', 'Ed25519'] },
  use: { const: 'sig' },
})

const grant = shape(['when', 'roles'], {
  when: {
    type: 'object',
    minProperties: 1,
    additionalProperties: {
      description: 'a text or a list of texts',
      anyOf: [text, { type: 'array', minItems: 1, items: text }],
    },
  },
  roles: { ...names, minItems: 1 },
})

export const identitiesShape = shape(['issuers'], {
  keySets: named({ type: 'array', minItems: 1, items: jwk }),
  issuers: named(
    shape(['issuer', 'audience', 'keySet', 'principal', 'grants'], {
      issuer: text,
      audience: text,
      keySet: name,
      principal: { enum: ['agent', 'user'] },
      grants: { type: 'array', items: grant },
    }),
  ),
})

/** Beside `protocol` and `tags`, a target holds what its protocol's `targetSchema` says. */
export const targetsShape = shape(['targets'], {
  targets: named({
    type: 'object',
    required: ['protocol'],
    properties: {
      protocol: { type: 'string' },
      tags: {
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$' },
        additionalProperties: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$' },
      },
    },
  }),
})

/** @param shorthands the keys under which protocols take an operation, each for the protocol to judge */
export function testsShape(shorthands: readonly string[]): object {
  return {
    type: 'array',
    items: shape(['name', 'as', 'target', 'expect'], {
      name: text,
      as: shape(['role'], {
        agent: text,
        user: text,
        role: name,
        owner: text,
        issuer: name,
        task: shape([], { id: { type: 'string' }, kind: { type: 'string' } }),
      }),
      target: name,
      ...Object.fromEntries(shorthands.map(key => [key, {}])),
      at: { type: 'string' },
      from: { type: 'string' },
      verified: { type: 'boolean' },
      snapshot: name,
      approved: shape(['roles'], {
        roles: { ...names, minItems: 1 },
        approvers: { type: 'array', minItems: 1, uniqueItems: true, items: text },
      }),
      expect: { enum: ['allow', 'deny', 'pending'] },
      by: { type: 'array', uniqueItems: true, items: text },
      reason: text,
      approvers: { ...names, minItems: 1 },
    }),
  }
}
