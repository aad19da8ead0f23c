import type { Attributes } from '../cedar/schema.ts'
import type { EntityUid, Facts, Task } from '../operation.ts'
import type { CedarValue, Context } from '../protocol.ts'
import type { Target } from '../repository/types.ts'
import { type OwnAttribute, ownAttributes } from './conform.ts'
import { member, type ReadTree } from './reads.ts'
import { field } from './subject.ts'

/** A record while it is being made. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }
type TargetName = Pick<Target, 'name' | 'tags'>

/** How the engine gives each of its attributes; `undefined` where there is none. */
const givers: {
  readonly [N in OwnAttribute]: (facts: Facts, target: TargetName) => CedarValue | undefined
} = {
  session: ({ session }) => ({ id: session.id, startedAt: instant(session.startedAt) }),
  source: ({ source }) => ({ __extn: { fn: 'ip', arg: source } }),
  now: ({ now }) => instant(now),
  target: (_facts, { name, tags }) => ({ name, tags }),
  task: ({ session }) => session.task && taskValue(session.task),
  approval: ({ approval }) =>
    approval && {
      approvers: approval.approvers.map(id => entity('Gate::User', id)),
      roles: approval.roles.map(id => entity('Gate::Role', id)),
      count: new Set(approval.approvers).size,
      grantedAt: instant(approval.grantedAt),
      ...(approval.reason === undefined ? {} : { reason: approval.reason }),
    },
}

/** The whole context of a request. `declared` is what its action's context has. */
export function wholeContext(asked: Context, declared: Attributes, facts: Facts, target: TargetName): Context {
  const context: Writable<Context> = { ...asked }
  for (const name of ownAttributes) {
    const value = given(name, declared, facts, target)
    if (value !== undefined) context[name] = value
  }
  return context
}

/** Just what is read of it. */
export function prunedContext(
  asked: Context,
  declared: Attributes,
  facts: Facts,
  target: TargetName,
  tree: ReadTree,
): Context {
  if (tree.whole) return wholeContext(asked, declared, facts, target)
  const context: Writable<Context> = {}
  for (const name of Object.keys(tree.members)) {
    const read = member(tree, name)
    if (!read) continue
    const value = isOwn(name) ? given(name, declared, facts, target) : own(asked, name)
    if (value !== undefined) context[name] = prune(value, read)
  }
  return context
}

function given(name: OwnAttribute, declared: Attributes, facts: Facts, target: TargetName): CedarValue | undefined {
  return Object.hasOwn(declared, name) ? givers[name](facts, target) : undefined
}

function own(record: Context, name: string): CedarValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function prune(value: CedarValue, tree: ReadTree): CedarValue {
  if (tree.whole || !isRecord(value)) return value
  const kept: Record<string, CedarValue> = {}
  for (const name of Object.keys(tree.members)) {
    const read = member(tree, name)
    const inner = own(value, name)
    if (inner !== undefined && read) kept[name] = prune(inner, read)
  }
  return kept
}

function isRecord(value: CedarValue): value is Context {
  return typeof value === 'object' && !Array.isArray(value) && !('__entity' in value) && !('__extn' in value)
}

function isOwn(name: string): name is OwnAttribute {
  return (ownAttributes as readonly string[]).includes(name)
}

function taskValue({ id, kind, verified }: Task): CedarValue {
  return { id, kind, verified }
}

function entity(type: string, id: string): { readonly __entity: EntityUid } {
  return { __entity: { type, id } }
}

function instant(ms: number): CedarValue {
  return { __extn: { fn: 'datetime', arg: new Date(ms).toISOString() } }
}

/** Which of the facts an answer can change with, beside principal, role, issuer, owner and target. */
export interface Varies {
  readonly session: boolean
  readonly source: boolean
  readonly now: boolean
  readonly task: boolean
  readonly approval: boolean
}

export function variesWith(trees: readonly ReadTree[]): Varies {
  const reads = (name: OwnAttribute) => trees.some(tree => tree.whole || Object.hasOwn(tree.members, name))
  return {
    session: reads('session'),
    source: reads('source'),
    // Whether an approval would help is found out with one that is granted now.
    now: reads('now') || trees.some(readsGrantedAt),
    task: reads('task'),
    approval: reads('approval'),
  }
}

function readsGrantedAt(tree: ReadTree): boolean {
  const approval = member(tree, 'approval')
  return approval !== undefined && (approval.whole || Object.hasOwn(approval.members, 'grantedAt'))
}

/** The values of those facts, as a key; empty where the answer changes with none. */
export function variant(varies: Varies, { session, source, now, approval }: Facts): string {
  let key = ''
  if (varies.session) key += `s${field(session.id)}${session.startedAt}`
  if (varies.source) key += `i${field(source)}`
  if (varies.now) key += `n${now}`
  if (varies.task && session.task)
    key += `t${field(session.task.id)}${field(session.task.kind)}${session.task.verified}`
  if (varies.approval && approval) key += `a${JSON.stringify(approvalKey(approval))}`
  return key
}

function approvalKey({ approvers, roles, grantedAt, reason }: NonNullable<Facts['approval']>): unknown {
  return [approvers, roles, grantedAt, reason ?? null]
}
