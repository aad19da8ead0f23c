import type { Node } from '@pgsql/types'
import type { NodeKind, NodeOf } from './nodes.ts'

/**
 * How the fields of a node are walked: `plain` says nothing about names, `node` and `nodes` are walked, `names` are
 * String nodes that the node's own reader understands, a kind's name is a node that stands there without its wrapping,
 * `absent` is only made by the server's analysis and denied if met.
 */
export type Handling = 'plain' | 'node' | 'nodes' | 'names' | 'absent' | NodeKind
type HandlingOf<T> = [T] extends [string | number | boolean]
  ? 'plain' | 'absent'
  : [T] extends [readonly Node[]]
    ? 'nodes' | 'names' | 'absent'
    : [T] extends [Node]
      ? 'node' | 'absent'
      : NodeKind | 'absent'
export type Shape<K extends NodeKind> = { readonly [F in keyof NodeOf<K>]-?: HandlingOf<NonNullable<NodeOf<K>[F]>> }

export const at = { location: 'plain' } as const
export const analysed = { xpr: 'absent' } as const
