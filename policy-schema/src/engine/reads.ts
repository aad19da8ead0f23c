import type { PolicyJson } from '../cedar/policies.ts'
import { type Scope, uidText } from '../cedar/scope.ts'
import type { EntityUid } from '../operation.ts'

/** Which members of a record are looked at: `whole`, or just these. A node without members asks only whether it is there. */
export interface ReadTree {
  readonly whole: boolean
  readonly members: { readonly [name: string]: ReadTree }
}

/** All that a policy's answer can depend on, beyond who asks what of what. Plain data. */
export interface Reads {
  readonly context: ReadTree
  /** Attributes of entities, by name, whichever entity they are read of. */
  readonly attributes: readonly string[]
  /** Whether the principal's entity (attributes, role) is looked at; likewise the resource's. */
  readonly principal: boolean
  readonly resource: boolean
  /** What is looked for among ancestors and groups, as uids in Cedar's text form; `any` where that cannot be told. */
  readonly ancestors: readonly string[] | 'any'
  /** Whether entities are reached some other way, so that all of them with their own parents must be there. */
  readonly graph: boolean
}

interface Draft {
  readonly context: DraftTree
  readonly attributes: Set<string>
  readonly ancestors: Set<string>
  anyAncestor: boolean
  principal: boolean
  resource: boolean
  graph: boolean
}
interface DraftTree {
  whole: boolean
  readonly members: Map<string, DraftTree>
}

/** Reads a policy's conditions. Whatever it does not understand counts as reading more, never less. */
export function readsOf(json: PolicyJson, scope: Scope): Reads {
  const draft: Draft = {
    context: { whole: false, members: new Map() },
    attributes: new Set(),
    ancestors: new Set([
      ...[scope.principal.within ?? [], scope.resource.within ?? []].flat(),
      ...(scope.deepActions ? (scope.actions ?? []) : []),
    ]),
    anyAncestor: false,
    principal: scope.principal.within !== undefined,
    resource: scope.resource.within !== undefined,
    graph: false,
  }
  for (const clause of json.conditions) visit(clause.body, draft)
  return {
    context: finished(draft.context),
    attributes: [...draft.attributes].sort(),
    principal: draft.principal,
    resource: draft.resource,
    ancestors: draft.anyAncestor ? 'any' : [...draft.ancestors].sort(),
    graph: draft.graph,
  }
}

/** What any of several reads. */
export function mergeReads(all: readonly Reads[]): Reads {
  return {
    context: mergeTrees(all.map(reads => reads.context)),
    attributes: [...new Set(all.flatMap(reads => reads.attributes))].sort(),
    principal: all.some(reads => reads.principal),
    resource: all.some(reads => reads.resource),
    ancestors: all.some(reads => reads.ancestors === 'any')
      ? 'any'
      : [...new Set(all.flatMap(({ ancestors }) => (ancestors === 'any' ? [] : ancestors)))].sort(),
    graph: all.some(reads => reads.graph),
  }
}

function mergeTrees(trees: readonly ReadTree[]): ReadTree {
  const names = new Set(trees.flatMap(tree => Object.keys(tree.members)))
  return {
    whole: trees.some(tree => tree.whole),
    members: Object.fromEntries(
      [...names].sort().map(name => [name, mergeTrees(trees.flatMap(tree => member(tree, name) ?? []))]),
    ),
  }
}

/** A member of a tree; `undefined` where it is not read. */
export function member(tree: ReadTree, name: string): ReadTree | undefined {
  return Object.hasOwn(tree.members, name) ? tree.members[name] : undefined
}

type Node = Readonly<Record<string, unknown>>
interface Access {
  readonly left: unknown
  readonly attr: string | readonly string[]
}

function visit(node: unknown, draft: Draft): void {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) {
    for (const one of node) visit(one, draft)
    return
  }
  const [operator, operand] = Object.entries(node as Node)[0] ?? []
  if (operator === 'Value' || operator === undefined) return
  if (operator === 'Var') {
    if (operand === 'context') draft.context.whole = true
  } else if (operator === '.' || operator === 'has') access(node as Node, operator, operand as Access, draft)
  else if (operator === 'in' || operator === 'is') {
    const { left, right, in: within } = operand as { left: unknown; right?: unknown; in?: unknown }
    if (operator === 'in' || within !== undefined) ancestry(left, operator === 'in' ? right : within, draft)
    for (const side of [left, right, within]) visit(side, draft)
  } else {
    if (operator === 'getTag' || operator === 'hasTag') draft.graph = true
    for (const child of Object.values(operand as Node)) visit(child, draft)
  }
}

/** `a.b` and `a has b`. */
function access(node: Node, operator: '.' | 'has', operand: Access, draft: Draft): void {
  const path = contextPath(node)
  if (path) {
    let tree = draft.context
    for (const name of path) {
      const next = tree.members.get(name) ?? { whole: false, members: new Map() }
      tree.members.set(name, next)
      tree = next
    }
    if (operator === '.') tree.whole = true
    return
  }
  const names = typeof operand.attr === 'string' ? [operand.attr] : operand.attr
  for (const name of names) draft.attributes.add(name)
  // `principal has a.b` goes on from what `principal.a` is.
  if (names.length > 1) draft.graph = true
  reach(operand.left, draft)
  visit(operand.left, draft)
}

/** `left in within` */
function ancestry(left: unknown, within: unknown, draft: Draft): void {
  const named = namedEntities(within)
  if (!named) draft.anyAncestor = true
  for (const uid of named ?? []) draft.ancestors.add(uid)
  if ((left as Node | null)?.Var !== 'action') reach(left, draft)
}

/** The entities that are written out; `undefined` where they are worked out. */
function namedEntities(node: unknown): readonly string[] | undefined {
  const { Value: value, Set: set } = node as { readonly Value?: unknown; readonly Set?: readonly unknown[] }
  if (set) {
    const named = set.map(namedEntities)
    return named.every(uids => uids !== undefined) ? named.flat() : undefined
  }
  const uid = (value as { readonly __entity?: EntityUid } | undefined)?.__entity
  return uid && [uidText(uid)]
}

/** An entity is looked into. */
function reach(node: unknown, draft: Draft): void {
  const variable = (node as Node | null)?.Var
  if (variable === 'principal') draft.principal = true
  else if (variable === 'resource') draft.resource = true
  else draft.graph = true
}

/** `context.a.b` as its names; `undefined` for what does not start at the context. */
function contextPath(node: unknown): readonly string[] | undefined {
  const names: string[] = []
  for (let at = node as Node; ; ) {
    const operand = (at['.'] ?? at.has) as Access | undefined
    if (operand === undefined) return at.Var === 'context' ? names.reverse() : undefined
    if (at.has !== undefined && at !== node) return undefined
    names.push(...(typeof operand.attr === 'string' ? [operand.attr] : [...operand.attr].reverse()))
    at = operand.left as Node
  }
}

function finished(draft: DraftTree): ReadTree {
  const members = [...draft.members].sort(([a], [b]) => (a < b ? -1 : 1))
  return { whole: draft.whole, members: Object.fromEntries(members.map(([name, tree]) => [name, finished(tree)])) }
}
