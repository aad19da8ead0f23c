import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Diagnostic } from '../errors.ts'
import { closeTo } from '../spelling.ts'
import type { Path, YamlDocument } from './yaml.ts'

export type ShapeCode = 'ERR_REPOSITORY_SCHEMA'

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true })
const compiled = new WeakMap<object, ValidateFunction>()

/**
 * Checks a value in a document against a JSON Schema.
 *
 * @param path where the value stands in the document
 * @returns a finding for each fault, at the key or the value that is at fault
 */
export function checkShape(document: YamlDocument, schema: object, value: unknown, path: Path = []): Diagnostic[] {
  let validate = compiled.get(schema)
  if (validate === undefined) {
    validate = ajv.compile(schema)
    compiled.set(schema, validate)
  }
  if (validate(value)) return []
  return decisive(validate.errors ?? []).map(error => {
    const where = [...path, ...pointerPath(error.instancePath)]
    const key = offendingKey(error)
    const subject = [...where, ...(key === undefined ? [] : [key])].join('.') || 'the file'
    const message = `\`${subject}\` ${explain(error)}`
    if (key !== undefined) return document.report('ERR_REPOSITORY_SCHEMA', message, [...where, key], { at: 'key' })
    return document.report('ERR_REPOSITORY_SCHEMA', message, where)
  })
}

/**
 * What follows from another error is no news: that a key has a bad name beside its name being bad, and what each branch
 * of a choice finds. Where only one branch has the keys that were given, its errors are the news, and the choice is not.
 */
function decisive(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  // From the outside in.
  const [choice] = choices.sort((a, b) => a.schemaPath.length - b.schemaPath.length)
  const telling = errors.filter(({ keyword }) => keyword !== 'propertyNames')
  if (choice === undefined) return telling
  const within = `${choice.schemaPath}/`
  const others = telling.filter(error => error !== choice && !error.schemaPath.startsWith(within))
  const branches = Map.groupBy(
    telling.filter(({ schemaPath }) => schemaPath.startsWith(within)),
    ({ schemaPath }) => schemaPath.slice(within.length).split('/')[0],
  )
  const isTelltale = ({ keyword, instancePath }: ErrorObject) =>
    instancePath === choice.instancePath && telltale.has(keyword)
  const meant = [...branches.values()].filter(branch => !branch.some(isTelltale))
  const [branch = []] = meant
  return [...decisive(others), ...(meant.length === 1 ? decisive(branch) : [choice])]
}

/** Errors of the value itself that say: this branch was not meant. */
const telltale = new Set(['required', 'additionalProperties', 'type', 'enum', 'const'])

function offendingKey(error: ErrorObject): string | undefined {
  const { additionalProperty, missingProperty } = error.params as { readonly [name: string]: string | undefined }
  return additionalProperty ?? missingProperty ?? error.propertyName
}

type Explain = (params: { readonly [name: string]: unknown }, error: ErrorObject) => string

const explanations: { readonly [keyword: string]: Explain } = {
  additionalProperties: (_, { parentSchema, params }) => {
    const known = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {})
    const close = closeTo(String(params.additionalProperty), known)
    if (close !== undefined) return `is not known, next: did you mean \`${close}\``
    return known.length > 0 ? `is not known, next: use ${list(known)}` : 'is not known'
  },
  required: () => 'is missing',
  type: ({ type }, { data }) =>
    `must be ${[type]
      .flat()
      .map(each => article(String(each)))
      .join(' or ')}, not ${kindOf(data)}`,
  enum: ({ allowedValues }) => `must be ${list(allowedValues as readonly unknown[])}`,
  anyOf: explainChoice,
  oneOf: explainChoice,
  const: ({ allowedValue }) => `must be \`${String(allowedValue)}\``,
  pattern: ({ pattern }, { parentSchema }) => {
    const [example] = (parentSchema as { readonly examples?: readonly unknown[] } | undefined)?.examples ?? []
    return example === undefined ? `has not the form \`${String(pattern)}\`` : `must be like \`${String(example)}\``
  },
  minLength: () => 'must not be empty',
  minItems: () => 'must not be empty',
  minProperties: () => 'must not be empty',
  maxLength: ({ limit }) => `is longer than ${String(limit)} characters`,
  uniqueItems: () => 'holds the same value twice',
}

function explain(error: ErrorObject): string {
  const explanation = explanations[error.keyword]
  return explanation ? explanation(error.params, error) : (error.message ?? 'is not as it should be')
}

interface Branch {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
}

function explainChoice(_: unknown, { parentSchema, keyword, data }: ErrorObject): string {
  const { description, [keyword]: branches = [] } = (parentSchema ?? {}) as {
    readonly description?: string
    readonly [choice: string]: readonly Branch[] | string | undefined
  }
  if (description !== undefined) return `must be ${description}`
  const words = (branches as readonly Branch[]).map(branch => {
    if (typeof data === 'object' && !Array.isArray(data) && branch.required) return `have ${list(branch.required)}`
    return `be ${branch.enum ? list(branch.enum) : article(branch.type ?? 'object')}`
  })
  return `must ${words.join(' or ')}`
}

function list(values: readonly unknown[]): string {
  const quoted = values.map(value => `\`${String(value)}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function article(type: string): string {
  const words: { readonly [type: string]: string } = { object: 'a mapping', array: 'a list', integer: 'a whole number' }
  return words[type] ?? `a ${type}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} \`${String(value)}\``
}

function pointerPath(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
