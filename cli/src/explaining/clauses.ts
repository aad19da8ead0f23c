/** A policy's source taken apart: its head, and each condition with the parts that `&&` joins. */
export interface Clauses {
  /** Annotations, effect and scope. */
  readonly head: string
  readonly clauses: readonly Clause[]
}
export interface Clause {
  readonly kind: 'when' | 'unless'
  /** Source of each part; an `unless`, or what `||` or `if` binds, is one. */
  readonly parts: readonly string[]
}

/** One condition, or one part of it. */
export interface Condition {
  readonly kind: 'when' | 'unless'
  readonly text: string
}

const stringsAndComments = /\/\/[^\n]*|"(?:[^"\\]|\\.)*"/g

/** Reads the text of one policy that Cedar has parsed. */
export function toClauses(text: string): Clauses {
  const code = text.replace(stringsAndComments, found => ' '.repeat(found.length))
  const scopeEnd = closing(code, headStart(code))
  const clauses: Clause[] = []
  const opening = /\b(when|unless)\s*\{/g
  opening.lastIndex = scopeEnd
  for (let found = opening.exec(code); found !== null; found = opening.exec(code)) {
    const from = opening.lastIndex
    const to = closing(code, from - 1) - 1
    const kind = found[1] === 'when' ? 'when' : 'unless'
    clauses.push({ kind, parts: kind === 'when' ? conjuncts(text, code, from, to) : [text.slice(from, to).trim()] })
    opening.lastIndex = to
  }
  return { head: text.slice(0, scopeEnd), clauses }
}

/**
 * The same policy with ever more of its conditions, to find the first that does not hold. Each keeps what stands before
 * it, since that may be the guard without which it errs.
 *
 * @returns policy texts, with the part that each adds
 */
export function growing({ head, clauses }: Clauses): { readonly text: string; readonly adds: Condition }[] {
  return clauses.flatMap(({ kind, parts }, index) => {
    const before = clauses.slice(0, index).map(clauseText).join('')
    return parts.map((part, at) => ({
      text: `${head}${before}${clauseText({ kind, parts: parts.slice(0, at + 1) })};`,
      adds: { kind, text: part },
    }))
  })
}

function clauseText({ kind, parts }: Clause): string {
  // A part may end in a comment, which would swallow what follows on its line.
  return `\n${kind} {\n${parts.join('\n&& ')}\n}`
}

/** The parenthesis of the scope; annotations have theirs before it. */
function headStart(code: string): number {
  const found = /\b(permit|forbid)\s*\(/.exec(code)
  return found === null ? 0 : found.index + found[0].length - 1
}

/** Where the bracket at `from` is closed: the index after it. */
function closing(code: string, from: number): number {
  let depth = 0
  for (let index = from; index < code.length; index += 1) {
    const character = code[index] ?? ''
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
    if (depth === 0) return index + 1
  }
  return code.length
}

function conjuncts(text: string, code: string, from: number, to: number): string[] {
  const cuts: number[] = []
  let depth = 0
  for (let index = from; index < to; index += 1) {
    const character = code[index] ?? ''
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
    if (depth > 0) continue
    // `||` and `if` bind looser than `&&`: there the whole is one part.
    if (code.startsWith('||', index) || /^\bif\b/.test(code.slice(index, index + 3)))
      return [text.slice(from, to).trim()]
    if (code.startsWith('&&', index)) cuts.push(index)
  }
  const starts = [from, ...cuts.map(cut => cut + 2)]
  return starts.map((start, index) => text.slice(start, cuts[index] ?? to).trim())
}
