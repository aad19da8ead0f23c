import { PolicyError } from '../errors.ts'
import { tools } from './instance.ts'
import { comments } from './split.ts'

export type FormatCode = 'ERR_FORMAT'

/**
 * A file of policies as Cedar's own formatter lays it out, 100 columns wide, comments kept.
 *
 * @throws PolicyError `ERR_FORMAT` where the text is not Cedar, or a comment would be lost
 */
export function formatPolicies(text: string): string {
  // The formatter makes an empty line of nothing, and drops what is only comments.
  if (comments(text).join('\n') === text.trim()) return text.trim() === '' ? '' : `${text.trim()}\n`
  const answer = tools().call(wasm => wasm.formatPolicies({ policyText: text, lineWidth: 100, indentWidth: 2 }))
  if (answer.type === 'failure')
    throw new PolicyError<FormatCode>('ERR_FORMAT', `not Cedar: ${answer.errors[0]?.message ?? 'unreadable'}`)
  const formatted = answer.formatted_policy
  const lost = comments(text).find(
    (comment, at, all) => count(comments(formatted), comment) < count(all.slice(0, at + 1), comment),
  )
  if (lost !== undefined)
    throw new PolicyError<FormatCode>(
      'ERR_FORMAT',
      `formatting would lose the comment \`${lost}\`, next: move it in front of a policy or a condition`,
    )
  return formatted
}

function count(list: readonly string[], wanted: string): number {
  return list.filter(one => one === wanted).length
}
