import { type AccessRequest, postgresProtocol } from '@cedargate/policy-schema'
import type { Lock, Outcome } from './differential.ts'

/** Action → the groups that it stands in, as the schema says. */
const groups: ReadonlyMap<string, readonly string[]> = new Map(
  [...postgresProtocol.cedarSchema.matchAll(/^\s*action ([\w, ]+) in \[([\w, ]+)\]/gm)].flatMap(
    ([, actions = '', above = '']) =>
      actions.split(',').map(action => [action.trim(), above.split(',').map(group => group.trim())]),
  ),
)
const isIn = (action: string, ...wanted: readonly string[]) =>
  groups.get(action)?.some(group => wanted.includes(group)) ?? false

const rowWrites = ['insert', 'update', 'delete', 'truncate', 'copyFrom']
const strong = (action: string) =>
  action === 'truncate' || action === 'lock' || isIn(action, 'define', 'code', 'administer', 'escalate')

/** Whether an action on a relation speaks for a lock that the server takes on it. */
export const speaksFor: { readonly [mode: string]: (action: string) => boolean } = {
  AccessShareLock: action => !rowWrites.includes(action),
  RowShareLock: action => action === 'selectForUpdate' || strong(action),
  RowExclusiveLock: action => rowWrites.includes(action) || action === 'useSequence' || strong(action),
  ShareUpdateExclusiveLock: strong,
  ShareLock: strong,
  ShareRowExclusiveLock: strong,
  ExclusiveLock: strong,
  AccessExclusiveLock: strong,
}

interface Asked {
  readonly relation: string
  readonly action: string
}

function relationsAsked(requests: readonly AccessRequest[]): readonly Asked[] {
  return requests.flatMap(({ action, resource }) => {
    const [, , schema, name] = resource.id.split('/').map(decodeURIComponent)
    if (name === undefined || resource.type === 'Postgres::Function') return []
    return [{ relation: `${schema}/${name}`, action: action.id }]
  })
}

/** Code, and what takes objects that nobody names. */
const blind = new Set(['do', 'dropOwned', 'reassignOwned'])

const attributes = ({ entities }: AccessRequest) =>
  entities[0]?.attrs as { builtin?: boolean; tags?: readonly string[] } | undefined

/** A function that no policy of tables sees into: what it does is the business of whoever lets it be executed. */
const isOpaque = (request: AccessRequest) => request.action.id !== 'connect' && attributes(request)?.builtin === false

/** What runs a text that nobody reads, and so may touch anything. */
const runsText = (request: AccessRequest) =>
  blind.has(request.action.id) ||
  (request.action.id !== 'connect' && attributes(request)?.tags?.includes('dynamic-sql') === true)

/** All that the functions of `database.ts` touch. */
const behindFunctions = new Set(['public/third', 'audit/events'])

/**
 * Row locks by which a foreign key looks whether its other side is there. It reads one row by its key, gives none away, and
 * nobody is asked.
 */
const keyLocks = new Set(['RowShareLock', 'AccessShareLock'])
const linked = new Set(['public/customers', 'public/orders', 'public/items'])

export interface Difference {
  /** What the server locked and no request speaks for. */
  readonly unasked: readonly string[]
  /** Relations that are asked, and that the server did not touch. */
  readonly untouched: readonly string[]
}

export function differenceOf({ requests, locks }: Extract<Outcome, { is: 'compared' }>): Difference {
  const asked = relationsAsked(requests)
  const opaque = requests.some(isOpaque)
  const unseen = requests.some(runsText)
  const writes = asked.some(
    ({ action, relation }) => linked.has(relation) && (rowWrites.includes(action) || strong(action)),
  )
  const speaks = ({ relation, mode }: Lock) =>
    asked.some(each => each.relation === relation && speaksFor[mode]?.(each.action) === true)
  const byKey = ({ relation, mode }: Lock) => writes && linked.has(relation) && keyLocks.has(mode)
  const isServers = ({ relation }: Lock) => /^(?:pg_catalog|information_schema)\//.test(relation)
  // which sequence nextval and its like move is a value: they are asked as `execute`, with the tag `sequence`
  const counted = requests.some(request => attributes(request)?.tags?.includes('sequence'))
  const bySequence = ({ relation }: Lock) => counted && relation === 'public/counter'
  const byCode = ({ relation }: Lock) => unseen || (opaque && behindFunctions.has(relation))
  const unasked = locks.filter(
    lock => !byCode(lock) && !bySequence(lock) && !isServers(lock) && !speaks(lock) && !byKey(lock),
  )
  const touched = new Set(locks.map(({ relation }) => relation))
  return {
    unasked: unasked.map(({ relation, mode }) => `${mode} ${relation}`),
    untouched: asked
      .filter(({ relation, action }) => !touched.has(relation) && action !== 'grant') // no lock before PostgreSQL 17
      .map(({ action, relation }) => `${action} ${relation}`),
  }
}
