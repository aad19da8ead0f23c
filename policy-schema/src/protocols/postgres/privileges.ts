import type {
  AlterDefaultPrivilegesStmt,
  AlterPolicyStmt,
  AlterRoleSetStmt,
  AlterRoleStmt,
  CreatePolicyStmt,
  CreateRoleStmt,
  DropOwnedStmt,
  DropRoleStmt,
  GrantRoleStmt,
  GrantStmt,
  Node,
  ReassignOwnedStmt,
} from '@pgsql/types'
import { changed, checkOptions, refuseCascade, roleNames } from './changes.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'
import { unknownScope } from './scope.ts'
import { carriedSetting } from './settings.ts'
import { anyRelation, askOn, type Target, targetOf } from './targets.ts'
import { walk } from './walk.ts'

const role = (name: string): Target => ({ on: 'object', in: 'server', kind: 'role', name })

/** Privileges in lower case, sorted; `all` where none is named. `grant option` stands among them. */
function privilegesOf({ privileges, grant_option }: GrantStmt): readonly string[] {
  const named = (privileges ?? []).map(node => ('AccessPriv' in node ? (node.AccessPriv.priv_name ?? 'all') : ''))
  const all = named.length === 0 ? ['all'] : named.map(name => name.toLowerCase())
  return [...new Set([...all, ...(grant_option ? ['grant option'] : [])])].sort()
}

function grantPart(reader: Reader, statement: GrantStmt, part: Part): Part {
  if (statement.grantor) reader.refuse('unmapped', 'GRANTED BY is not mapped')
  refuseCascade(reader, statement.behavior)
  return { ...part, privileges: privilegesOf(statement), roles: roleNames(reader, statement.grantees) }
}

export function readGrant(reader: Reader, statement: GrantStmt, place: Place): Heading {
  const action = statement.is_grant ? 'grant' : 'revoke'
  const part = grantPart(reader, statement, place.part)
  for (const object of statement.objects ?? []) {
    if (statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
      reader.asks.push({ on: 'schema', action, schema: 'String' in object ? (object.String.sval ?? '') : '', part })
    } else if ('RangeVar' in object) {
      askOn(reader, action, { on: 'relation', range: object.RangeVar, kinds: anyRelation }, part)
    } else if (statement.targtype === 'ACL_TARGET_OBJECT') {
      const setting =
        statement.objtype === 'OBJECT_PARAMETER_ACL' && 'String' in object ? object.String.sval : undefined
      const of = setting === undefined ? part : { ...part, setting: setting.toLowerCase() }
      askOn(reader, action, targetOf(reader, statement.objtype, { object }), of)
    } else reader.refuse('unmapped', 'privileges on this are not mapped')
  }
  return changed(statement.is_grant ? 'GRANT' : 'REVOKE')
}

export function readGrantRole(reader: Reader, statement: GrantRoleStmt, place: Place): Heading {
  if (statement.grantor) reader.refuse('unmapped', 'GRANTED BY is not mapped')
  refuseCascade(reader, statement.behavior)
  checkOptions(reader, 'GRANT', statement.opt, new Set(['admin', 'inherit', 'set']))
  const options = (statement.opt ?? []).map(node => ('DefElem' in node ? `${node.DefElem.defname} option` : ''))
  const part: Part = { ...place.part, privileges: options.sort(), roles: roleNames(reader, statement.grantee_roles) }
  for (const node of statement.granted_roles ?? []) {
    const name = 'AccessPriv' in node ? (node.AccessPriv.priv_name ?? '') : ''
    askOn(reader, statement.is_grant ? 'grantRole' : 'revokeRole', role(name), part)
  }
  return changed(statement.is_grant ? 'GRANT ROLE' : 'REVOKE ROLE')
}

export function readDefaultPrivileges(reader: Reader, statement: AlterDefaultPrivilegesStmt, place: Place): Heading {
  const part = grantPart(reader, statement.action ?? {}, place.part)
  checkOptions(reader, 'ALTER DEFAULT PRIVILEGES', statement.options, new Set(['roles', 'schemas']))
  const items = (name: string): readonly Node[] =>
    (statement.options ?? []).flatMap(node => {
      const arg = 'DefElem' in node && node.DefElem.defname === name ? node.DefElem.arg : undefined
      return arg && 'List' in arg ? (arg.List.items ?? []) : []
    })
  const action = 'alterDefaultPrivileges'
  const schemas = items('schemas')
  for (const node of schemas) {
    reader.asks.push({ on: 'schema', action, schema: 'String' in node ? (node.String.sval ?? '') : '', part })
  }
  if (schemas.length === 0) reader.asks.push({ on: 'database', action, part })
  for (const name of roleNames(reader, items('roles'))) askOn(reader, 'alterRole', role(name), place.part)
  return changed('ALTER DEFAULT PRIVILEGES')
}

/** Attributes of a role that a policy may look at when they are switched on. */
const attributes: { readonly [option: string]: string } = {
  superuser: 'superuser',
  createdb: 'createdb',
  createrole: 'createrole',
  isreplication: 'replication',
  bypassrls: 'bypassrls',
  canlogin: 'login',
  inherit: 'inherit',
}
const roleOptions = new Set([
  ...Object.keys(attributes),
  ...['connectionlimit', 'validUntil', 'password', 'addroleto', 'rolemembers', 'adminmembers', 'sysid'],
])

function optionRoles(reader: Reader, options: readonly Node[] | undefined, name: string): readonly string[] {
  const nodes = (options ?? []).flatMap(node => {
    const arg = 'DefElem' in node && node.DefElem.defname === name ? node.DefElem.arg : undefined
    return arg && 'List' in arg ? (arg.List.items ?? []) : []
  })
  return roleNames(reader, nodes)
}

function rolePart(reader: Reader, command: string, options: readonly Node[] | undefined, part: Part): Part {
  checkOptions(reader, command, options, roleOptions)
  const on = (options ?? []).flatMap(node => {
    if (!('DefElem' in node)) return []
    const { defname = '', arg } = node.DefElem
    const word = Object.hasOwn(attributes, defname) ? attributes[defname] : undefined
    return word !== undefined && arg && 'Boolean' in arg && arg.Boolean.boolval ? [word] : []
  })
  return { ...part, privileges: [...new Set(on)].sort() }
}

/** Members that come with a role: a grant of it; roles that it joins: a grant of those. */
function memberships(reader: Reader, name: string, options: readonly Node[] | undefined, isGrant: boolean, part: Part) {
  const action = isGrant ? 'grantRole' : 'revokeRole'
  const members = [...optionRoles(reader, options, 'rolemembers'), ...optionRoles(reader, options, 'adminmembers')]
  if (members.length > 0) askOn(reader, action, role(name), { ...part, privileges: [], roles: members })
  for (const joined of optionRoles(reader, options, 'addroleto')) {
    askOn(reader, action, role(joined), { ...part, privileges: [], roles: [name] })
  }
}

export function readCreateRole(reader: Reader, statement: CreateRoleStmt, place: Place): Heading {
  const { role: name = '', options } = statement
  const part = { ...rolePart(reader, 'CREATE ROLE', options, place.part), creates: name }
  reader.asks.push({ on: 'server', action: 'createRole', part })
  memberships(reader, name, options, true, place.part)
  return changed('CREATE ROLE')
}

export function readAlterRole(reader: Reader, statement: AlterRoleStmt, place: Place): Heading {
  const [name = ''] = roleNames(reader, [statement.role])
  askOn(reader, 'alterRole', role(name), rolePart(reader, 'ALTER ROLE', statement.options, place.part))
  memberships(reader, name, statement.options, statement.action !== -1, place.part)
  return changed('ALTER ROLE')
}

/** Settings that a role, or every role, begins its sessions with. */
export function readAlterRoleSet(reader: Reader, statement: AlterRoleSetStmt, place: Place): Heading {
  const part = { ...place.part, setting: carriedSetting(reader, statement.setstmt) }
  if (statement.role) askOn(reader, 'alterRole', role(roleNames(reader, [statement.role])[0] ?? ''), part)
  else reader.asks.push({ on: 'server', action: 'alterRole', part })
  return { command: 'ALTER ROLE' }
}

export function readDropRole(reader: Reader, statement: DropRoleStmt, place: Place): Heading {
  for (const name of roleNames(reader, statement.roles)) askOn(reader, 'dropRole', role(name), place.part)
  return changed('DROP ROLE')
}

export function readDropOwned(reader: Reader, statement: DropOwnedStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  const part = { ...place.part, roles: roleNames(reader, statement.roles) }
  reader.asks.push({ on: 'database', action: 'dropOwned', part })
  return changed('DROP OWNED')
}

export function readReassignOwned(reader: Reader, statement: ReassignOwnedStmt, place: Place): Heading {
  const part = { ...place.part, roles: roleNames(reader, [...(statement.roles ?? []), statement.newrole]) }
  reader.asks.push({ on: 'database', action: 'reassignOwned', part })
  return changed('REASSIGN OWNED')
}

/** Row security: the conditions of a policy run for whoever reads or writes the table. */
export function readPolicy(
  reader: Reader,
  statement: CreatePolicyStmt | AlterPolicyStmt,
  place: Place,
  action: 'createPolicy' | 'alterPolicy',
): Heading {
  const { policy_name = '', table, roles, qual, with_check } = statement
  const part = { ...place.part, creates: policy_name, roles: roleNames(reader, roles) }
  askOn(reader, action, { on: 'relation', range: table, kinds: anyRelation }, part)
  const definition = { ...place, scope: unknownScope }
  walk(reader, qual, definition)
  walk(reader, with_check, definition)
  return changed(action === 'createPolicy' ? 'CREATE POLICY' : 'ALTER POLICY')
}
