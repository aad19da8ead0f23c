import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml'
import type { Diagnostic } from '../errors.ts'

export type YamlCode = 'ERR_YAML_SYNTAX' | 'ERR_YAML_DUPLICATE_KEY' | 'ERR_YAML_ALIAS' | 'ERR_YAML_TOO_DEEP'

/** A stretch of a file, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly length: number
}

/** Where a value stands, and the values in it. */
interface Located {
  readonly value: Span
  readonly key?: Span
  readonly members: ReadonlyMap<string, Located>
}

export type Path = readonly (string | number)[]

/** One YAML document with the place of each of its values. */
export interface YamlDocument {
  readonly file: string
  readonly value: unknown
  /** A finding at the value of this path; at its key with `key`. Where there is none, at the nearest that holds it. */
  report(code: string, message: string, path: Path, options?: ReportOptions): Diagnostic
}
export interface ReportOptions {
  readonly at?: 'key' | 'value'
  readonly severity?: 'error' | 'warning'
}

const maxDepth = 24

/**
 * Reads one YAML document: YAML 1.2's core schema, so no dates, no tags that construct, no merge keys. A key that is
 * given twice is an error. Aliases are refused: a reviewer sees what holds where it holds, and none can multiply.
 */
export function readYaml(text: string, file: string): YamlDocument | Diagnostic {
  let events: Event[]
  let documents: unknown[]
  try {
    events = parseEvents(text, { maxDepth })
    documents = constructFromEvents(events, { source: text, schema: CORE_SCHEMA, maxAliases: 0 })
  } catch (error) {
    if (error instanceof YAMLException) return syntaxFinding(error, text, file)
    throw error
  }
  if (documents.length > 1) {
    const second = events.findLastIndex(event => event.type === EVENT_ID.DOCUMENT)
    const start = startOf(events[second + 1]) ?? 0
    const message = 'more than one document in a file, next: keep one, without `---` in between'
    return diagnostic(text, file, 'ERR_YAML_SYNTAX', message, { start, length: 1 })
  }
  const root = locate(events, text)
  return {
    file,
    value: documents[0] ?? null,
    report: (code, message, path, { at = 'value', severity = 'error' } = {}) => ({
      ...diagnostic(text, file, code, message, spanOf(root, path, at)),
      severity,
    }),
  }
}

/** A finding somewhere in a text. */
export function diagnostic(text: string, file: string, code: string, message: string, span: Span): Diagnostic {
  const before = text.slice(0, span.start)
  const lastBreak = before.lastIndexOf('\n')
  const line = before.split('\n').length
  const column = span.start - lastBreak
  return { code, severity: 'error', message, file, line, column, length: Math.max(span.length, 1) }
}

const syntaxCodes: readonly (readonly [RegExp, YamlCode, string])[] = [
  [/^duplicated mapping key/, 'ERR_YAML_DUPLICATE_KEY', 'this key was given before, next: keep one of the two'],
  [/^aliases exceeded/, 'ERR_YAML_ALIAS', 'an alias is not read here, next: write the value out'],
  [/^nesting exceeded/, 'ERR_YAML_TOO_DEEP', `values nest deeper than ${maxDepth}`],
]

function syntaxFinding(error: YAMLException, text: string, file: string): Diagnostic {
  const [, code, message] = syntaxCodes.find(([reason]) => reason.test(error.reason)) ?? []
  // The parser may stand behind the last character.
  const start = Math.min(error.mark?.position ?? 0, text.length)
  const span = { start, length: /^[\w.-]+/.exec(text.slice(start, start + 200))?.[0].length ?? 1 }
  return diagnostic(text, file, code ?? 'ERR_YAML_SYNTAX', message ?? `not YAML: ${error.reason}`, span)
}

function spanOf(root: Located, path: Path, at: 'key' | 'value'): Span {
  let node = root
  for (const step of path) {
    const next = node.members.get(String(step))
    // What is missing is reported where it would stand.
    if (next === undefined) return node.key ?? node.value
    node = next
  }
  return at === 'key' ? (node.key ?? node.value) : node.value
}

/** Follows the parser's events, which know where they come from, as its constructor does, which does not. */
function locate(events: readonly Event[], text: string): Located {
  let index = 0
  let last = 0

  function node(key?: Span): Located {
    const event = events[index++]
    const start = startOf(event) ?? last
    last = start
    const members = new Map<string, Located>()
    if (event?.type === EVENT_ID.MAPPING) {
      while (events[index]?.type !== EVENT_ID.POP) {
        const keyEvent = events[index]
        const { value } = node()
        const name = keyEvent?.type === EVENT_ID.SCALAR ? getScalarValue(text, keyEvent) : ''
        members.set(name, node(value))
      }
      index++
    } else if (event?.type === EVENT_ID.SEQUENCE) {
      while (events[index]?.type !== EVENT_ID.POP) members.set(String(members.size), node())
      index++
    }
    const length = event?.type === EVENT_ID.SCALAR ? lengthOf(event, text) : 1
    return { value: { start, length }, ...(key ? { key } : {}), members }
  }

  if (events[index]?.type === EVENT_ID.DOCUMENT) index++
  return events.length > 0 ? node() : { value: { start: 0, length: 1 }, members: new Map() }
}

function startOf(event: Event | undefined): number | undefined {
  if (event === undefined) return undefined
  const start = 'valueStart' in event ? event.valueStart : 'start' in event ? event.start : -1
  return start >= 0 ? start : undefined
}

/** Of what stands on the first line. */
function lengthOf(event: ScalarEvent, text: string): number {
  const [line = ''] = text.slice(event.valueStart, event.valueEnd).split('\n')
  return line.trimEnd().length
}
