import type { Diagnostic, Policy, PolicyId, Repository } from '@cedargate/policy-schema'
import type { LintPolicy } from './policy-json.ts'

export type Level = 'error' | 'warning' | 'off'

/** One lint rule. It looks at each policy, or once at the whole repository. */
export interface Rule {
  /** Its folder's name. */
  readonly name: string
  readonly category: 'security' | 'correctness' | 'operability'
  readonly level: Level
  /** One clause, for lists. */
  readonly summary: string
  readonly check?: (policy: LintPolicy, context: RuleContext) => Iterable<Found>
  readonly checkAll?: (context: RuleContext) => Iterable<Found>
}

export interface RuleContext {
  readonly repository: Repository
  readonly policies: readonly LintPolicy[]
  /** Policy → how many tests it decided. Runs the tests when first asked; `undefined` where they cannot be run. */
  readonly coverage: () => ReadonlyMap<PolicyId, number> | undefined
  /** From `lint.rules.<name>` of `cedargate.yaml`. */
  readonly options: { readonly [option: string]: unknown }
}

export type Position = Pick<Diagnostic, 'file' | 'line' | 'column' | 'length'>

/** What a rule found; the linter adds code and severity. */
export interface Found {
  readonly message: string
  readonly at: Position
}

/**
 * The place of a policy's head, or of the first occurrence of a snippet after it. A snippet without quotes is looked for
 * outside strings and comments.
 */
export function at(policy: Pick<Policy, 'text' | 'file' | 'line' | 'column'>, snippet?: string): Position {
  const code = policy.text.replace(stringsAndComments, found => ' '.repeat(found.length))
  const head = Math.max(code.search(/\S/), 0)
  const found = snippet === undefined ? -1 : (snippet.includes('"') ? policy.text : code).indexOf(snippet, head)
  if (snippet !== undefined && found >= 0)
    return { file: policy.file, ...advance(policy, policy.text.slice(0, found)), length: Math.max(snippet.length, 1) }
  const line = policy.text.slice(head).split('\n', 1)[0] ?? ''
  return { file: policy.file, ...advance(policy, policy.text.slice(0, head)), length: Math.max(line.length, 1) }
}

const stringsAndComments = /\/\/[^\n]*|"(?:[^"\\]|\\.)*"/g

/** Where a text of a file starts, by its offset. */
export function atOffset(file: string, text: string, offset: number, length: number): Position {
  return { file, ...advance({ line: 1, column: 1 }, text.slice(0, offset)), length: Math.max(length, 1) }
}

function advance(start: { readonly line: number; readonly column: number }, passed: string) {
  const lines = passed.split('\n')
  const last = lines.at(-1) ?? ''
  return lines.length === 1
    ? { line: start.line, column: start.column + last.length }
    : { line: start.line + lines.length - 1, column: last.length + 1 }
}
