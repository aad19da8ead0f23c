import type { Node, ObjectType, RangeVar } from '@pgsql/types'
import { type Kind, kinds } from './kinds.ts'
import { texts, writtenName } from './names.ts'
import type { RelationKind } from './operation.ts'
import type { Reader } from './reader.ts'
import type { Part } from './reading.ts'

/** One object that a statement names, of whatever kind. */
export type Target =
  | { readonly on: 'relation'; readonly range: RangeVar | undefined; readonly kinds: readonly RelationKind[] }
  | { readonly on: 'schema'; readonly schema: string }
  | { readonly on: 'database'; readonly database?: string }
  | { readonly on: 'server' }
  | {
      readonly on: 'object'
      readonly in: 'schema' | 'database' | 'server'
      readonly kind: string
      readonly name: string
      /** Absent: found by `find`, or not in a schema. `null`: the current one. */
      readonly schema?: string | null
      readonly find?: 'type' | 'routine'
    }

/** What a grant, a comment or a label may be put on; a policy tells them apart by the Table's `kind`. */
export const anyRelation: readonly RelationKind[] = [
  ...(['table', 'view', 'materialized view', 'sequence', 'partitioned table', 'foreign table', 'index'] as const),
]

/** What a statement is given of the object: a list of its parts, itself, or a table. */
export interface Given {
  readonly object?: Node | undefined
  readonly relation?: RangeVar | undefined
  /** ALTER ROLE, ALTER DATABASE … RENAME give the name here. */
  readonly name?: string | undefined
}

/** The parts of a name however the grammar wraps it. */
export function partsOf(object: Node | undefined): readonly string[] | undefined {
  if (!object) return undefined
  if ('String' in object) return [object.String.sval ?? '']
  if ('List' in object) {
    const [first] = object.List.items ?? []
    return first && 'TypeName' in first ? texts(first.TypeName.names) : texts(object.List.items)
  }
  if ('TypeName' in object) return texts(object.TypeName.names)
  if ('ObjectWithArgs' in object) return texts(object.ObjectWithArgs.objname)
  if ('Integer' in object) return [String(object.Integer.ival ?? 0)]
  return 'Float' in object ? [object.Float.fval ?? ''] : undefined
}

function rangeOf(parts: readonly string[]): RangeVar {
  const [schemaname, relname = ''] = parts.length > 1 ? parts : [undefined, parts[0]]
  return schemaname === undefined ? { relname } : { schemaname, relname }
}

/** The kind of a statement's object, or a refusal. */
export function kindOf(reader: Reader, type: ObjectType | undefined): Kind | undefined {
  const kind = type && kinds[type]
  if (kind && typeof kind !== 'string') return kind
  reader.refuse('unmapped', `this statement on \`${(type ?? '').replace('OBJECT_', '').replaceAll('_', ' ')}\``)
  return undefined
}

/** An object in a schema by its written name. */
export function inSchema(
  reader: Reader,
  kind: Extract<Kind, { of: 'object' }>,
  parts: readonly string[],
): Target | undefined {
  const [schema, name = ''] = parts.length > 1 ? parts : [undefined, parts[0]]
  const found = { on: 'object', in: 'schema', kind: kind.kind } as const
  if (schema !== undefined) return { ...found, schema, name }
  if (kind.find) {
    const written = writtenName([name])
    if (kind.find === 'type') reader.namedType(written)
    else reader.functions.add(written)
    return { ...found, name: written, find: kind.find }
  }
  reader.refuse('unresolved', `${kind.word} \`${name}\` stands without its schema, next: write \`schema.${name}\``)
  return undefined
}

/** What a statement's object is, so that it can be asked about. */
export function targetOf(reader: Reader, type: ObjectType | undefined, given: Given): Target | undefined {
  const kind = kindOf(reader, type)
  if (!kind) return undefined
  if (kind.of === 'nameless in database') return { on: 'database' }
  if (kind.of === 'nameless on server') return { on: 'server' }
  if (given.relation && type === 'OBJECT_ATTRIBUTE') return typeOfRange(reader, given.relation)
  if (given.relation) {
    return { on: 'relation', range: given.relation, kinds: kind.of === 'relation' ? kind.kinds : anyRelation }
  }
  const all = given.object ? partsOf(given.object) : [given.name ?? '']
  const dropped = type === 'OBJECT_OPCLASS' || type === 'OBJECT_OPFAMILY' ? 1 : 0 // its access method comes first
  const parts = all?.slice(dropped, kind.of === 'part' ? -1 : undefined) ?? []
  if (parts.length === 0 || parts.length > 2) {
    reader.refuse('unmapped', `a name of ${kind.word} with too many parts`)
    return undefined
  }
  if (kind.of === 'relation') return { on: 'relation', range: rangeOf(parts), kinds: kind.kinds }
  if (kind.of === 'part') return { on: 'relation', range: rangeOf(parts), kinds: anyRelation }
  const [name = ''] = parts
  if (kind.of === 'schema itself') return { on: 'schema', schema: name }
  if (kind.of !== 'object') return { on: 'database', database: name }
  return kind.in === 'schema' ? inSchema(reader, kind, parts) : { on: 'object', in: kind.in, kind: kind.kind, name }
}

/** A composite type, which some statements name as they name tables. */
export function typeOfRange(reader: Reader, range: RangeVar): Target | undefined {
  const kind = kinds.OBJECT_TYPE
  if (range.catalogname !== undefined || typeof kind === 'string' || kind.of !== 'object') {
    reader.refuse('unmapped', 'a type in another database')
    return undefined
  }
  const { schemaname, relname = '' } = range
  return inSchema(reader, kind, schemaname === undefined ? [relname] : [schemaname, relname])
}

/** Asks on an object. With `ifExists` it may be missing. */
export function askOn(reader: Reader, action: string, target: Target | undefined, part: Part, ifExists = false): void {
  if (!target) return
  if (target.on === 'object') reader.asks.push({ ...target, action, part, ...(ifExists ? { ifExists } : {}) })
  else if (target.on === 'relation') {
    const { range, kinds: allowed } = target
    const missing = { schema: range?.schemaname ?? null, name: range?.relname ?? '' }
    reader.asks.push({
      ...{ on: 'relation', action, relation: reader.relation(range), use: 'define', only: range?.inh !== true },
      ...{ kinds: allowed, part },
      ...(ifExists ? { missing } : {}),
    })
  } else if (target.on === 'schema') reader.asks.push({ on: 'schema', action, schema: target.schema, part })
  else reader.asks.push({ ...target, action, part })
}

/** Asks on what holds an object: where a new one of its kind, or of a new name, would stand. */
export function askAround(reader: Reader, action: string, target: Target | undefined, part: Part): void {
  if (!target) return
  if (target.on === 'object') reader.asks.push({ ...target, action, part, around: true })
  else if (target.on === 'relation') {
    reader.asks.push({ on: 'schema of', action, relation: reader.relation(target.range), part })
  } else if (target.on === 'schema') reader.asks.push({ on: 'database', action, part })
  else reader.asks.push({ on: 'server', action, part })
}
