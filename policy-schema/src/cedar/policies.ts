import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { Diagnostic } from '../errors.ts'
import { PolicyError } from '../errors.ts'
import type { Policy } from '../repository/types.ts'
import { tools } from './instance.ts'
import { locate, placer } from './positions.ts'
import { type Piece, splitPolicies } from './split.ts'

export type { PolicyJson }

export type PolicyCode =
  | 'ERR_POLICY_ENCODING'
  | 'ERR_POLICY_SYNTAX'
  | 'ERR_POLICY_TEMPLATE'
  | 'ERR_POLICY_TOO_DEEP'
  | 'ERR_POLICY_ID_MISSING'
  | 'ERR_POLICY_ID_INVALID'
  | 'ERR_POLICY_ID_DUPLICATE'

/** Cedar parses some 2,000 nested expressions, but its authoriser overflows at about 400. */
export const maxDepth = 200

const idForm = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/

/** The policies of one file, and what is wrong with it. A policy with a finding is left out. */
export interface PolicyReading {
  readonly policies: Policy[]
  readonly diagnostics: Diagnostic[]
}

/**
 * Reads a file of policies.
 *
 * @param file the path that positions name
 * @returns each policy with exactly its own source, comments before it included; ids are unique in this file
 */
export function readPolicies(text: string, file: string): PolicyReading {
  const policies: Policy[] = []
  const diagnostics: Diagnostic[] = []
  if (!text.isWellFormed()) {
    const message = 'not well-formed Unicode, next: save the file as UTF-8'
    const finding = { code: 'ERR_POLICY_ENCODING', severity: 'error', message, file } as const
    return { policies, diagnostics: [{ ...finding, line: 1, column: 1, length: 1 }] }
  }
  const seen = new Map<string, number>()
  const place = placer(text)
  for (const piece of splitPolicies(text)) {
    const { line, column } = place(piece.start)
    const report = (finding: Finding) => {
      const where = locate(piece.text, finding.range ?? headRange(piece), { line, column })
      diagnostics.push({ code: finding.code, severity: 'error', message: finding.message, file, ...where })
    }
    const parsed = parsePolicy(piece.text)
    if ('code' in parsed) {
      report(parsed)
      continue
    }
    const annotations = Object.fromEntries(Object.entries(parsed.annotations ?? {}).map(([k, v]) => [k, v ?? '']))
    const id = annotations.id ?? ''
    const finding = judgeId(id, seen)
    if (finding) {
      report(finding)
      continue
    }
    seen.set(id, line)
    policies.push({ id, text: piece.text, effect: parsed.effect, annotations, file, line, column })
  }
  return { policies, diagnostics }
}

interface Finding {
  readonly code: PolicyCode
  readonly message: string
  readonly range?: { readonly start: number; readonly end: number }
}

function judgeId(id: string, seen: ReadonlyMap<string, number>): Finding | undefined {
  if (id === '') return { code: 'ERR_POLICY_ID_MISSING', message: 'policy without an id, next: add `@id("…")`' }
  if (!idForm.test(id))
    return {
      code: 'ERR_POLICY_ID_INVALID',
      message: `policy id \`${id}\` is not made of letters, digits and \`._:/-\`, next: rename it`,
    }
  const line = seen.get(id)
  if (line === undefined) return undefined
  const message = `policy id \`${id}\` was given before, at line ${line}, next: give this policy an id of its own`
  return { code: 'ERR_POLICY_ID_DUPLICATE', message }
}

function isTooDeep(json: PolicyJson): boolean {
  return json.conditions.some(clause => expressionDepth(clause.body) > maxDepth)
}

const tooDeep: Finding = {
  code: 'ERR_POLICY_TOO_DEEP',
  message: `conditions nest deeper than ${maxDepth} expressions, next: use a set and \`contains\`, or several policies`,
}

/** How deep expressions nest. Without recursion, since the answer may be in the thousands. */
export function expressionDepth(root: unknown): number {
  let deepest = 0
  const open: [unknown, number][] = [[root, 1]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, depth] = next
    if (node === null || typeof node !== 'object') continue
    deepest = Math.max(deepest, depth)
    // An expression is `{operator: {argument: expression}}`: two objects make one step.
    for (const operand of Object.values(node)) {
      if (operand === null || typeof operand !== 'object') continue
      for (const child of Object.values(operand)) open.push([child, depth + 1])
    }
  }
  return deepest
}

function headRange(piece: Piece): { start: number; end: number } {
  const start = Buffer.byteLength(piece.text.slice(0, piece.head))
  const [word = ''] = /^@?\w*/.exec(piece.text.slice(piece.head)) ?? []
  return { start, end: start + Buffer.byteLength(word) }
}

function parsePolicy(text: string): PolicyJson | Finding {
  let answer: ReturnType<typeof toJson>
  try {
    answer = toJson(text)
  } catch (error) {
    if (error instanceof PolicyError && error.code === 'ERR_CEDAR_TRAPPED') return tooDeep
    throw error
  }
  if (answer.type === 'success') return isTooDeep(answer.json) ? tooDeep : answer.json
  const [error] = answer.errors
  const template = error?.message.includes('got a template') === true
  const [location] = error?.sourceLocations ?? []
  return {
    code: template ? 'ERR_POLICY_TEMPLATE' : 'ERR_POLICY_SYNTAX',
    message: template
      ? 'a template with a slot is not a policy, next: write one policy for each value'
      : describe(error?.message ?? 'unreadable', location?.label, error?.help),
    ...(location ? { range: location } : {}),
  }
}

function toJson(text: string) {
  return tools().call(wasm => wasm.policyToJson(text))
}

function describe(message: string, label: string | null | undefined, help: string | null | undefined): string {
  const stem = message.replace(/^failed to parse policy from string: /, '')
  return [stem, label, help && `next: ${help}`].filter(Boolean).join(', ')
}

/**
 * A policy in Cedar's JSON form: to read its scope and what it looks at, never to decide with, since this form rounds
 * integers beyond 2^53.
 *
 * @throws PolicyError `ERR_POLICY_SYNTAX`, `ERR_POLICY_TEMPLATE`, `ERR_POLICY_TOO_DEEP`
 */
export function policyJson(policy: Pick<Policy, 'id' | 'text'>): PolicyJson {
  const parsed = parsePolicy(policy.text)
  if ('code' in parsed) throw new PolicyError<PolicyCode>(parsed.code, `policy \`${policy.id}\`: ${parsed.message}`)
  return parsed
}
