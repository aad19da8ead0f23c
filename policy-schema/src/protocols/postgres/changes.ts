import type {
  AlterObjectDependsStmt,
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  CommentStmt,
  DropStmt,
  Node,
  RenameStmt,
  RoleSpec,
  SecLabelStmt,
} from '@pgsql/types'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { askAround, askOn, kindOf, partsOf, targetOf } from './targets.ts'

/** The heading of a statement after which names may mean something else. */
export const changed = (command: string): Heading => ({ command, changesCatalog: true })

export function refuseCascade(reader: Reader, behavior: string | undefined): void {
  if (behavior === 'DROP_CASCADE') reader.refuse('unresolved', 'what CASCADE reaches cannot be told beforehand')
}

/** Names of options that a statement may carry; an unknown one denies. */
export function checkOptions(
  reader: Reader,
  command: string,
  options: readonly Node[] | undefined,
  known: ReadonlySet<string>,
): void {
  for (const node of options ?? []) {
    const name = 'DefElem' in node ? (node.DefElem.defname ?? '') : ''
    if (!known.has(name)) reader.refuse('unmapped', `${command} with \`${name}\` is not mapped`)
  }
}

/** Roles as a policy compares them: `public` is everybody, which no role may be called. */
export function roleNames(
  reader: Reader,
  specs: readonly (Node | RoleSpec | undefined)[] | undefined,
): readonly string[] {
  const names = (specs ?? []).map(each => {
    const spec: RoleSpec = each && 'RoleSpec' in each ? each.RoleSpec : ((each ?? {}) as RoleSpec)
    if (spec.roletype === 'ROLESPEC_PUBLIC') return 'public'
    if (spec.roletype !== 'ROLESPEC_CSTRING' || spec.rolename === undefined) {
      reader.refuse('unresolved', 'a role that stands for whoever is logged in, next: write its name')
    }
    return spec.rolename ?? ''
  })
  return [...new Set(names)].sort()
}

export function readDrop(reader: Reader, statement: DropStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  const kind = kindOf(reader, statement.removeType)
  if (!kind) return changed('DROP')
  for (const object of statement.objects ?? []) {
    const target = targetOf(reader, statement.removeType, { object })
    askOn(reader, `drop${kind.noun}`, target, place.part, statement.missing_ok)
  }
  return changed(`DROP ${kind.word}`)
}

/** Kinds whose name is part of something else: a new one takes no place of its own. */
const partsOnly = new Set(['OBJECT_COLUMN', 'OBJECT_ATTRIBUTE', 'OBJECT_DOMCONSTRAINT', 'OBJECT_INDEX'])

export function readRename(reader: Reader, statement: RenameStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  const { renameType, relationType, relation, object, subname, newname = '', missing_ok } = statement
  const kind = kindOf(reader, renameType)
  const owner = renameType === 'OBJECT_COLUMN' ? kindOf(reader, relationType) : kind
  if (!kind || !owner) return changed('ALTER')
  const isColumn = renameType === 'OBJECT_COLUMN'
  const target = targetOf(reader, isColumn ? relationType : renameType, { object, relation, name: subname })
  askOn(reader, `alter${owner.noun}`, target, place.part, missing_ok)
  if (kind.of !== 'part' && !partsOnly.has(renameType ?? '')) {
    askAround(reader, `create${kind.noun}`, target, { ...place.part, creates: newname })
  }
  return changed(`ALTER ${owner.word}`)
}

export function readSetSchema(reader: Reader, statement: AlterObjectSchemaStmt, place: Place): Heading {
  const { objectType, relation, object, newschema = '', missing_ok } = statement
  const kind = kindOf(reader, objectType)
  if (!kind) return changed('ALTER')
  const target = targetOf(reader, objectType, { object, relation })
  askOn(reader, `alter${kind.noun}`, target, place.part, missing_ok)
  // an extension takes its objects along
  if (kind.of === 'object' && kind.in === 'database') {
    reader.asks.push({ on: 'schema', action: 'alterSchema', schema: newschema, part: place.part })
    return changed(`ALTER ${kind.word}`)
  }
  if (kind.noun === 'Index') reader.refuse('unmapped', 'an index goes where its table goes')
  const name = relation?.relname ?? partsOf(object)?.at(-1) ?? ''
  const part = { ...place.part, creates: name }
  reader.asks.push({ on: 'schema', action: `create${kind.noun}`, schema: newschema, part })
  return changed(`ALTER ${kind.word}`)
}

export function readOwner(reader: Reader, statement: AlterOwnerStmt, place: Place): Heading {
  const kind = kindOf(reader, statement.objectType)
  const part = { ...place.part, roles: roleNames(reader, [statement.newowner]) }
  askOn(reader, 'changeOwner', targetOf(reader, statement.objectType, statement), part)
  return changed(`ALTER ${kind?.word ?? ''}`)
}

export function readComment(reader: Reader, statement: CommentStmt, place: Place): Heading {
  askOn(reader, 'comment', targetOf(reader, statement.objtype, statement), place.part)
  return { command: 'COMMENT' }
}

export function readSecurityLabel(reader: Reader, statement: SecLabelStmt, place: Place): Heading {
  askOn(reader, 'securityLabel', targetOf(reader, statement.objtype, statement), place.part)
  return { command: 'SECURITY LABEL' }
}

/** ALTER … DEPENDS ON EXTENSION: the object goes when the extension goes. */
export function readDepends(reader: Reader, statement: AlterObjectDependsStmt, place: Place): Heading {
  const { objectType, relation, object } = statement
  const kind = kindOf(reader, objectType)
  // a trigger's table stands beside its name
  const target = targetOf(reader, objectType, relation ? { relation } : { object })
  if (kind) askOn(reader, `alter${kind.noun}`, target, place.part)
  return changed(`ALTER ${kind?.word ?? ''}`)
}
