import type { Node } from '@pgsql/types'

/** The name of every node of PostgreSQL's parse tree. */
export type NodeKind = Node extends infer Each ? (Each extends Each ? keyof Each : never) : never
export type NodeOf<K extends NodeKind> =
  Extract<Node, Record<K, unknown>> extends Record<K, infer Fields> ? Fields : never

/** Nodes that are called statements and never stand at the top of what a client sends. */
type InnerStatement =
  | 'RawStmt' // wraps each statement
  | 'SetOperationStmt' // made by analysis
  | 'ReturnStmt' // only in a SQL function's body
  | 'PLAssignStmt' // only in PL/pgSQL
  | 'ReplicaIdentityStmt' // a part of ALTER TABLE

/** Every statement that a client can send. A new one in `@pgsql/types` makes the table in `statements.ts` incomplete. */
export type StatementNode = Exclude<Extract<NodeKind, `${string}Stmt`>, InnerStatement>

/** The one kind of a node and its fields. `undefined` for the empty node that stands for plain DISTINCT. */
export function openNode(node: Node): { readonly kind: NodeKind; readonly fields: object } | undefined {
  for (const kind in node)
    return { kind: kind as NodeKind, fields: (node as unknown as Record<string, object>)[kind] ?? {} }
  return undefined
}
