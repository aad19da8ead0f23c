import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml'
import { isExact, maxDepth, readJson } from './json.ts'

/** Plain words that are text, or another number, in YAML 1.1 or 1.2 and not in the other: the server reads 1.1. */
const ambiguous = /^(?:y|n|yes|no|on|off|<<|[-+]?0[\d_]+|[-+]?0[box].*|[-+]?[\d.]+_[\d_.]*)$/i
/** Reading YAML takes ten times as long as JSON, and nobody else is served meanwhile. */
const maxText = 512 * 1024
/** Which of `ScalarStyle` has no quotes. */
const plain = 1

/**
 * Reads one YAML document that YAML 1.1 and 1.2 agree on: no aliases, tags, directives, merge keys, duplicate keys, nor plain
 * words such as `yes` and `010` that are text in one and not in the other.
 *
 * @returns why it is refused, as a text
 */
export function readYamlBody(text: string): { readonly value: unknown } | string {
  if (text.trimStart().startsWith('{')) {
    const json = readJson(text) // which kubectl sends as YAML
    if (typeof json !== 'string') return json
  }
  if (text.length > maxText) return `it is YAML of more than ${maxText} characters, next: send it as JSON`
  try {
    const events = parseEvents(text, { maxDepth })
    const wrong = events.map(event => refusal(event, text)).find(each => each !== undefined)
    if (wrong !== undefined) return wrong
    const documents = constructFromEvents(events, { source: text, schema: CORE_SCHEMA, maxAliases: 0 })
    if (documents.length !== 1) return 'it is not one YAML document'
    return inexact(documents[0]) ? 'it has a number that is too large' : { value: documents[0] }
  } catch (error) {
    if (error instanceof YAMLException) return `it is not YAML that is read here: ${error.reason}`
    throw error
  }
}

function refusal(event: Event, text: string): string | undefined {
  if (event.type === EVENT_ID.ALIAS || ('anchorStart' in event && event.anchorStart >= 0)) return 'it has an alias'
  if ('tagStart' in event && event.tagStart >= 0) return 'it has a tag'
  if (event.type === EVENT_ID.DOCUMENT && event.directives.length > 0) return 'it has a directive'
  if (event.type !== EVENT_ID.SCALAR) return undefined
  const value = getScalarValue(text, event)
  if (!value.isWellFormed()) return 'it has half of a surrogate pair'
  if (event.style === plain && ambiguous.test(value))
    return `its \`${value.slice(0, 40)}\` is read in two ways, next: quote it`
  return undefined
}

function inexact(value: unknown): boolean {
  if (typeof value === 'number') return !isExact(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(inexact)
}
