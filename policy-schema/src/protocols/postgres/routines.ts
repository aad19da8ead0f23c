import type {
  AlterEventTrigStmt,
  AlterFunctionStmt,
  CallStmt,
  CreateAmStmt,
  CreateCastStmt,
  CreateConversionStmt,
  CreateEventTrigStmt,
  CreateFunctionStmt,
  CreatePLangStmt,
  CreateTransformStmt,
  CreateTrigStmt,
  DoStmt,
  LoadStmt,
  Node,
  ObjectWithArgs,
  RuleStmt,
} from '@pgsql/types'
import { changed, checkOptions } from './changes.ts'
import { kinds } from './kinds.ts'
import { texts } from './names.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'
import { unknownScope } from './scope.ts'
import { carriedSetting } from './settings.ts'
import { anyRelation, askOn, inSchema, partsOf, targetOf } from './targets.ts'
import { walk, walkAll } from './walk.ts'

/** A name with or without its schema. */
export function schemaAndName(reader: Reader, nodes: readonly Node[] | undefined): readonly [string | null, string] {
  const parts = texts(nodes) ?? []
  if (parts.length === 0 || parts.length > 2) reader.refuse('unmapped', 'a name with too many parts')
  return parts.length === 2 ? [parts[0] ?? null, parts[1] ?? ''] : [null, parts[0] ?? '']
}

/** Asks for a new object where its name says. */
export function create(reader: Reader, action: string, nodes: readonly Node[] | undefined, part: Part): void {
  const [schema, name] = schemaAndName(reader, nodes)
  reader.asks.push({ on: 'schema', action, schema, part: { ...part, creates: name } })
}

/** A function that something will run without asking again: who attaches it must be allowed to run it. */
export function attach(reader: Reader, name: readonly string[] | undefined, part: Part): void {
  if (name && name.length > 0) reader.call(name, undefined, part)
}

export function attachFunction(reader: Reader, func: ObjectWithArgs | undefined, part: Part): void {
  attach(reader, texts(func?.objname), part)
}

/** Functions that a definition list names, under these options. */
export function attachOptions(
  reader: Reader,
  options: readonly Node[] | undefined,
  functions: ReadonlySet<string>,
  part: Part,
): void {
  for (const node of options ?? []) {
    if ('DefElem' in node && functions.has(node.DefElem.defname ?? '')) attach(reader, partsOf(node.DefElem.arg), part)
  }
}

const functionOptions = new Set([
  ...['as', 'language', 'volatility', 'strict', 'security', 'cost', 'rows', 'parallel', 'set', 'window'],
])

/** What a policy may know of a routine whose code nobody reads here. */
function routinePart(reader: Reader, command: string, options: readonly Node[] | undefined, part: Part): Part {
  checkOptions(reader, command, options, functionOptions) // not: transform, support, leakproof
  let found: Part = part
  for (const node of options ?? []) {
    if (!('DefElem' in node)) continue
    const { defname, arg } = node.DefElem
    if (defname === 'language' && arg && 'String' in arg) found = { ...found, language: arg.String.sval ?? '' }
    if (defname === 'security') {
      found = { ...found, securityDefiner: arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true }
    }
    if (defname === 'set' && arg && 'VariableSetStmt' in arg) carriedSetting(reader, arg.VariableSetStmt)
  }
  return found
}

export function readCreateFunction(reader: Reader, statement: CreateFunctionStmt, place: Place): Heading {
  const command = statement.is_procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION'
  const opening: Part = { ...place.part, language: 'sql', securityDefiner: false }
  const part = routinePart(reader, command, statement.options, opening)
  create(reader, 'createFunction', statement.funcname, part)
  if (statement.replace) {
    const [schema, name] = schemaAndName(reader, statement.funcname)
    reader.asks.push({ on: 'object', action: 'alterFunction', in: 'schema', kind: 'function', schema, name, part })
  }
  for (const node of statement.parameters ?? []) {
    if ('FunctionParameter' in node) walk(reader, node.FunctionParameter.defexpr, place)
    else walk(reader, node, place) // denied by its kind
  }
  readBody(reader, statement.sql_body, { ...place, scope: unknownScope })
  return changed(command)
}

/** RETURN and BEGIN ATOMIC are bound to what they name when the function is made, as views are. Any other body is a string. */
function readBody(reader: Reader, body: Node | undefined, place: Place): void {
  if (body && 'List' in body) for (const node of body.List.items ?? []) readBody(reader, node, place)
  else if (body && 'ReturnStmt' in body) walk(reader, body.ReturnStmt.returnval, place)
  else walk(reader, body, place)
}

export function readAlterFunction(reader: Reader, statement: AlterFunctionStmt, place: Place): Heading {
  const part = routinePart(reader, 'ALTER FUNCTION', statement.actions, place.part)
  const object = statement.func && { ObjectWithArgs: statement.func }
  askOn(reader, 'alterFunction', targetOf(reader, statement.objtype, { object }), part)
  return changed('ALTER FUNCTION')
}

/** A block of code: nothing of what it does is seen. */
export function readDo(reader: Reader, statement: DoStmt, place: Place): Heading {
  checkOptions(reader, 'DO', statement.args, new Set(['as', 'language']))
  let language = 'plpgsql'
  for (const node of statement.args ?? []) {
    const arg = 'DefElem' in node && node.DefElem.defname === 'language' ? node.DefElem.arg : undefined
    if (arg && 'String' in arg) language = arg.String.sval ?? ''
  }
  reader.asks.push({ on: 'database', action: 'do', part: { ...place.part, language } })
  return { ...changed('DO'), changesSettings: true }
}

/** OUT parameters are counted among the arguments or not, by version: any of that name may be meant. */
export function readCall(reader: Reader, statement: CallStmt, place: Place): Heading {
  reader.call(texts(statement.funccall?.funcname) ?? [], undefined, place.part)
  walkAll(reader, statement.funccall?.args, place)
  return { ...changed('CALL'), changesSettings: true }
}

export function readCreateTrigger(reader: Reader, statement: CreateTrigStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.trigname ?? '' }
  askOn(reader, 'createTrigger', { on: 'relation', range: statement.relation, kinds: anyRelation }, part)
  if (statement.constrrel) reader.on('alterTable', statement.constrrel, 'define', place.part)
  attach(reader, texts(statement.funcname), place.part)
  walk(reader, statement.whenClause, place)
  return changed('CREATE TRIGGER')
}

/** What a rule does later is asked when it is made, as of a view. */
export function readCreateRule(reader: Reader, statement: RuleStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.rulename ?? '' }
  askOn(reader, 'createRule', { on: 'relation', range: statement.relation, kinds: anyRelation }, part)
  const definition = { ...place, scope: unknownScope }
  walk(reader, statement.whereClause, definition)
  walkAll(reader, statement.actions, definition)
  return changed('CREATE RULE')
}

export function readCreateEventTrigger(reader: Reader, statement: CreateEventTrigStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.trigname ?? '' }
  reader.asks.push({ on: 'database', action: 'createEventTrigger', part })
  attach(reader, texts(statement.funcname), place.part)
  return changed('CREATE EVENT TRIGGER')
}

export function readAlterEventTrigger(reader: Reader, statement: AlterEventTrigStmt, place: Place): Heading {
  const object: Node = { String: { sval: statement.trigname ?? '' } }
  askOn(reader, 'alterEventTrigger', targetOf(reader, 'OBJECT_EVENT_TRIGGER', { object }), place.part)
  return changed('ALTER EVENT TRIGGER')
}

export function readCreateLanguage(reader: Reader, statement: CreatePLangStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.plname ?? '' }
  reader.asks.push({ on: 'database', action: 'createLanguage', part })
  for (const name of [statement.plhandler, statement.plinline, statement.plvalidator]) {
    attach(reader, texts(name), place.part)
  }
  return changed('CREATE LANGUAGE')
}

export function readCreateTransform(reader: Reader, statement: CreateTransformStmt, place: Place): Heading {
  const part = { ...place.part, language: statement.lang ?? '' }
  reader.asks.push({ on: 'database', action: 'createTransform', part })
  attachFunction(reader, statement.fromsql, place.part)
  attachFunction(reader, statement.tosql, place.part)
  return changed('CREATE TRANSFORM')
}

/** A cast applies by itself wherever its types meet. */
export function readCreateCast(reader: Reader, statement: CreateCastStmt, place: Place): Heading {
  reader.asks.push({ on: 'database', action: 'createCast', part: place.part })
  attachFunction(reader, statement.func, place.part)
  return changed('CREATE CAST')
}

export function readCreateConversion(reader: Reader, statement: CreateConversionStmt, place: Place): Heading {
  create(reader, 'createConversion', statement.conversion_name, place.part)
  attach(reader, texts(statement.func_name), place.part)
  return changed('CREATE CONVERSION')
}

export function readCreateAccessMethod(reader: Reader, statement: CreateAmStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.amname ?? '' }
  reader.asks.push({ on: 'database', action: 'createAccessMethod', part })
  attach(reader, texts(statement.handler_name), place.part)
  return changed('CREATE ACCESS METHOD')
}

export function readLoad(reader: Reader, statement: LoadStmt, place: Place): Heading {
  reader.asks.push({ on: 'server', action: 'load', part: { ...place.part, file: statement.filename ?? '' } })
  return { ...changed('LOAD'), changesSettings: true }
}

/** An object of a kind in a schema, by a list of its name's parts. */
export function objectOf(reader: Reader, type: 'OBJECT_TYPE' | 'OBJECT_OPERATOR', nodes: readonly Node[] | undefined) {
  const kind = kinds[type]
  return typeof kind === 'string' || kind.of !== 'object' ? undefined : inSchema(reader, kind, texts(nodes) ?? [])
}
