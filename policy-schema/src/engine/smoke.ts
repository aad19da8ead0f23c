import { authorizeOnce, type CedarRequest } from '../cedar/authorize.ts'
import { Cedar } from '../cedar/instance.ts'
import { runtimeSchema } from '../cedar/runtime-schema.ts'
import type { Attributes, CedarType, SchemaModel } from '../cedar/schema.ts'
import { type Environment, environments } from '../cedar/scope.ts'
import { PolicyError } from '../errors.ts'
import type { EntityUid } from '../operation.ts'
import type { CedarValue, Context } from '../protocol.ts'
import type { Repository } from '../repository/types.ts'
import type { IndexedPolicy, PolicyIndex } from './policy-index.ts'
import { member, type ReadTree } from './reads.ts'

export type SmokeCode = 'ERR_SMOKE'

/**
 * Authorises made-up requests by each policy, with and without what is optional, since some policies overflow only then.
 * Meant for a worker that can be thrown away; 1 ms for each policy.
 *
 * @throws PolicyError `ERR_SMOKE` naming the policy that Cedar breaks on
 */
export function smokeRepository(repository: Repository, index: PolicyIndex): void {
  if (index.digest !== repository.digest)
    throw new PolicyError<SmokeCode>('ERR_SMOKE', `index is of \`${index.digest}\`, not of \`${repository.digest}\``)
  const cedar = new Cedar()
  for (const policy of index.policies) smokePolicy(policy, index.schema, cedar)
}

function smokePolicy(policy: IndexedPolicy, schema: SchemaModel, cedar: Cedar): void {
  // A policy that no request can match is never evaluated: the validator says so.
  const [environment] = environments(policy.scope, schema)
  if (!environment) return
  for (const optional of [true, false]) {
    const request = madeUp(policy, environment, schema, optional)
    try {
      authorizeOnce(cedar, { [policy.id]: policy.text }, runtimeSchema(environment, policy.reads, schema), request)
    } catch (cause) {
      const message = `policy \`${policy.id}\` cannot be evaluated, next: make its conditions less deep`
      throw new PolicyError<SmokeCode>('ERR_SMOKE', message, { cause })
    }
  }
}

function madeUp(policy: IndexedPolicy, environment: Environment, schema: SchemaModel, optional: boolean): CedarRequest {
  const { scope, reads } = policy
  const principal = uidFor(scope.principal.equals, environment.principalType)
  const resource = uidFor(scope.resource.equals, environment.resourceType)
  const entity = (uid: EntityUid, within: string | undefined) => {
    const declared = schema.entities[uid.type]?.attributes ?? {}
    const read = Object.fromEntries(Object.entries(declared).filter(([name]) => reads.attributes.includes(name)))
    const parents = within === undefined || parsed(within).type === uid.type ? [] : [parsed(within)]
    return { uid, attrs: record(read, wholeTree, optional), parents }
  }
  return {
    principal,
    action: parsed(environment.action),
    resource,
    context: record(schema.actions[environment.action]?.context ?? {}, reads.context, optional),
    entities: [entity(principal, scope.principal.within), entity(resource, scope.resource.within)],
  }
}

const wholeTree: ReadTree = { whole: true, members: {} }

function record(attributes: Attributes, tree: ReadTree, optional: boolean): Context {
  const members = Object.entries(attributes).flatMap(([name, { type, required }]) => {
    const read = tree.whole ? tree : member(tree, name)
    return read && (required || optional) ? [[name, value(type, read, optional)] as const] : []
  })
  return Object.fromEntries(members)
}

function value(type: CedarType, tree: ReadTree, optional: boolean): CedarValue {
  switch (type.kind) {
    case 'String':
      return ''
    case 'Long':
      return 0
    case 'Bool':
      return optional
    case 'Set':
      return []
    case 'Record':
      return record(type.attributes, tree, optional)
    case 'Entity':
      return { __entity: { type: type.name, id: 'smoke' } }
    default:
      return { __extn: extensionValues[type.name] ?? { fn: type.name, arg: '0' } }
  }
}

const extensionValues: { readonly [type: string]: { readonly fn: string; readonly arg: string } } = {
  ipaddr: { fn: 'ip', arg: '127.0.0.1' },
  datetime: { fn: 'datetime', arg: '2000-01-01T00:00:00.000Z' },
  decimal: { fn: 'decimal', arg: '0.0' },
  duration: { fn: 'duration', arg: '0ms' },
}

function uidFor(equals: string | undefined, type: string): EntityUid {
  return equals === undefined ? { type, id: 'smoke' } : parsed(equals)
}

/** `Gate::Role::"backup"` as a uid. */
function parsed(text: string): EntityUid {
  const at = text.indexOf('::"')
  return { type: text.slice(0, at), id: JSON.parse(text.slice(at + 2)) as string }
}
