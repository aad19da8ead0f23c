import { formatPolicies } from '@cedargate/policy-schema'
import type { Rule } from '../../linting/rule.ts'

/** One form, so that a change shows only what changed. */
export const unformatted: Rule = {
  name: 'unformatted',
  category: 'operability',
  level: 'warning',
  summary: 'a policy file that `cedargate fmt` would change',
  *checkAll({ repository }) {
    for (const [file, text] of repository.files) {
      if (!file.endsWith('.cedar')) continue
      const lines = text.split('\n')
      const formatted = formatPolicies(text).split('\n')
      const line = formatted.findIndex((want, index) => want !== lines[index])
      if (line < 0 && lines.length <= formatted.length) continue
      const first = line < 0 ? formatted.length : line + 1
      yield {
        message: 'the file is not formatted, next: run `cedargate fmt`',
        at: { file, line: first, column: 1, length: Math.max(lines[first - 1]?.length ?? 1, 1) },
      }
    }
  },
}
