import { harmlessFunctions, listedFunctions, setFunctions } from './functions-table.ts'

/** A built-in function that does more than compute: each call is an `execute` request. */
export interface BuiltinFunction {
  readonly schema: 'pg_catalog'
  readonly name: string
  /** `pg_sleep(float8)` */
  readonly signature: string
  readonly volatility: string
  readonly language: string
  readonly securityDefiner: boolean
  readonly tags: readonly string[]
  readonly leastArguments: number
  /** Infinity where it is variadic. */
  readonly mostArguments: number
}

function readListed(line: string): BuiltinFunction {
  const [signature = '', volatility = '', language = '', security, least, most, tags] = line.split(' ')
  return {
    schema: 'pg_catalog',
    name: signature.slice(0, signature.indexOf('(')),
    signature,
    volatility,
    language,
    securityDefiner: security === 'definer',
    tags: tags ? tags.split(',') : [],
    leastArguments: Number(least),
    mostArguments: most === 'many' ? Number.POSITIVE_INFINITY : Number(most),
  }
}

const harmless: ReadonlySet<string> = new Set(harmlessFunctions.trim().split(/\s+/))
const listed: ReadonlyMap<string, BuiltinFunction> = new Map(
  listedFunctions
    .trim()
    .split('\n')
    .map(readListed)
    .map(each => [each.signature, each]),
)
const builtinSchema = 'pg_catalog.'

/**
 * What is known of a function by the signature that a catalog gives, `pg_catalog.lower(text)`. `undefined`: it is no
 * built-in of a version that the table was made from.
 */
export function builtinFunction(signature: string): 'harmless' | BuiltinFunction | undefined {
  if (!signature.startsWith(builtinSchema)) return undefined
  const bare = signature.slice(builtinSchema.length)
  return harmless.has(bare) ? 'harmless' : listed.get(bare)
}

/** The signatures of every built-in function of a name, as a catalog gives them. */
export function builtinSignatures(name: string): readonly string[] {
  const prefix = `${name}(`
  const found = [...harmless, ...listed.keys()].filter(signature => signature.startsWith(prefix))
  return found.map(signature => `${builtinSchema}${signature}`).sort()
}

const names = new Set([...harmless, ...listed.keys()].map(signature => signature.slice(0, signature.indexOf('('))))

/** Whether there is a built-in of this name, unquoted and without its schema. */
export function isKnownName(name: string): boolean {
  return names.has(name)
}

const sets = new Set(setFunctions.trim().split(/\s+/))

/** Whether a call by this name may give a set of rows: some built-ins do, and whatever is somebody's own may. */
export function mayGiveRows(written: readonly string[]): boolean {
  const [name = '', schema = 'pg_catalog'] = [...written].reverse()
  return schema !== 'pg_catalog' || sets.has(name) || !names.has(name)
}

const moving = new Set(
  [...listed.values()]
    .filter(({ tags }) => tags.includes('dynamic-sql') || tags.includes('settings'))
    .map(({ name }) => name),
)

/** Whether a built-in of this written name sets something or runs SQL that nobody reads, after which names may mean something else. */
export function changesSession(written: string): boolean {
  return moving.has(written.replace(/^pg_catalog\./, ''))
}

/** Whether a call with so many arguments can mean this function; any can where the number is not known. */
export function accepts(builtin: BuiltinFunction, count: number | undefined): boolean {
  return count === undefined || (count >= builtin.leastArguments && count <= builtin.mostArguments)
}
