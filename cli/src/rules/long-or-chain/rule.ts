import { binary, key, nodes, parts } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

const most = 4

/** A long chain of `==` is slow to read and, past a thousand terms, more than Cedar can parse. */
export const longOrChain: Rule = {
  name: 'long-or-chain',
  category: 'operability',
  level: 'warning',
  summary: 'a chain of `||` that is a set',
  *check(policy, { options }) {
    const limit = typeof options.most === 'number' ? options.most : most
    for (const node of bodies(policy).flatMap(body => [...nodes(body)])) {
      const lefts = parts(node, '||').map(part => binary(part, '==')?.left)
      const compared = new Set(lefts.map(left => (left === undefined ? '' : key(left))))
      if (lefts.length <= limit || compared.size !== 1 || compared.has('')) continue
      yield {
        message: `\`${policy.id}\` compares one thing ${lefts.length} times, next: write \`[…].contains(…)\``,
        at: at(policy, '||'),
      }
      return
    }
  },
}
