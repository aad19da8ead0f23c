import type { Diagnostic } from '../errors.ts'
import { checkShape } from './check.ts'
import type { Reading } from './config.ts'
import { identitiesShape } from './shapes.ts'
import type { Grant, Identities, Issuer } from './types.ts'
import type { YamlDocument } from './yaml.ts'

export type IdentitiesCode =
  | 'ERR_KEY_SET_UNKNOWN'
  | 'ERR_KEY_DUPLICATE'
  /** A private key where public ones belong. */
  | 'ERR_KEY_PRIVATE'
  | 'ERR_ISSUER_DUPLICATE'

type Keys = Issuer['keys']
interface IdentitiesYaml {
  readonly keySets?: { readonly [name: string]: Keys }
  readonly issuers: { readonly [name: string]: Omit<Issuer, 'name' | 'keys'> & { readonly keySet: string } }
}

/** `identities.yaml` */
export function readIdentities(document: YamlDocument): Reading<Identities> {
  const exposed = privateKeys(document)
  if (exposed.length > 0) return { diagnostics: exposed }
  const faults = checkShape(document, identitiesShape, document.value)
  if (faults.length > 0) return { diagnostics: faults }
  const { keySets = {}, issuers } = document.value as IdentitiesYaml
  const diagnostics: Diagnostic[] = [...duplicateKeys(document, keySets)]
  const read = new Map<string, Issuer>()
  for (const [name, { keySet, ...issuer }] of Object.entries(issuers)) {
    const keys = Object.hasOwn(keySets, keySet) ? keySets[keySet] : undefined
    if (keys === undefined) {
      const message = `key set \`${keySet}\` is not defined, next: add it under \`keySets\``
      diagnostics.push(document.report('ERR_KEY_SET_UNKNOWN', message, ['issuers', name, 'keySet']))
      continue
    }
    const same = read.values().find(other => other.issuer === issuer.issuer && other.audience === issuer.audience)
    if (same !== undefined) {
      const message = `issuer \`${same.name}\` has the same \`issuer\` and \`audience\`, next: join their grants`
      diagnostics.push(document.report('ERR_ISSUER_DUPLICATE', message, ['issuers', name], { at: 'key' }))
    }
    read.set(name, { name, ...issuer, keys })
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: { issuers: read }, diagnostics }
}

/**
 * The roles that an issuer's verified claims give: of every grant whose `when` holds. A claim that is a list holds where
 * one of its members does.
 *
 * @returns sorted, each once
 */
export function grantedRoles(issuer: Issuer, claims: { readonly [claim: string]: unknown }): readonly string[] {
  return [...new Set(issuer.grants.filter(grant => holds(grant, claims)).flatMap(({ roles }) => roles))].sort()
}

function holds({ when }: Grant, claims: { readonly [claim: string]: unknown }): boolean {
  const conditions = Object.entries(when)
  return (
    conditions.length > 0 &&
    conditions.every(([claim, wanted]) => {
      const given = Object.hasOwn(claims, claim) ? claims[claim] : undefined
      const values: readonly unknown[] = Array.isArray(given) ? given : [given]
      const accepted: readonly unknown[] = typeof wanted === 'string' ? [wanted] : wanted
      return values.some(value => typeof value === 'string' && accepted.includes(value))
    })
  )
}

function duplicateKeys(document: YamlDocument, keySets: { readonly [name: string]: Keys }): Diagnostic[] {
  return Object.entries(keySets).flatMap(([name, keys]) =>
    keys.flatMap(({ kid }, index) => {
      if (keys.findIndex(key => key.kid === kid) === index) return []
      const message = `key id \`${kid}\` was given before in \`${name}\`, next: give each key an id of its own`
      return document.report('ERR_KEY_DUPLICATE', message, ['keySets', name, index, 'kid'])
    }),
  )
}

/** Said before anything else, since it is a leak and not a slip of the pen. */
function privateKeys(document: YamlDocument): Diagnostic[] {
  const { keySets } = (document.value ?? {}) as { readonly keySets?: unknown }
  if (typeof keySets !== 'object' || keySets === null) return []
  return Object.entries(keySets).flatMap(([name, keys]: [string, unknown]) =>
    (Array.isArray(keys) ? keys : []).flatMap((key: unknown, index) => {
      if (typeof key !== 'object' || key === null || !Object.hasOwn(key, 'd')) return []
      const message = `key set \`${name}\` holds a private key, next: replace this key everywhere, and commit only \`x\``
      return document.report('ERR_KEY_PRIVATE', message, ['keySets', name, index, 'd'], { at: 'key' })
    }),
  )
}
