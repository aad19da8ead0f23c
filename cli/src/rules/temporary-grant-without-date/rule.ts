import { pathsIn } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

const temporary =
  /\b(temp|temporary|temporarily|until|for now|interim|hotfix|workaround|migration window|short[- ]term)\b/i

/** What is meant to end must say when: nobody remembers to take it away. */
export const temporaryGrantWithoutDate: Rule = {
  name: 'temporary-grant-without-date',
  category: 'security',
  level: 'warning',
  summary: 'a permit called temporary that never ends',
  *check(policy) {
    if (policy.effect !== 'permit') return
    const said = [policy.id.replaceAll(/[-_]/g, ' '), policy.annotations.reason ?? '', policy.annotations.owner ?? '']
    const word = said.map(text => temporary.exec(text)?.[0]).find(found => found !== undefined)
    if (word === undefined || bodies(policy).some(body => [...pathsIn(body)].includes('context.now'))) return
    yield {
      message: `\`${policy.id}\` calls itself \`${word}\` and has no end, next: add \`context.now < datetime("…")\``,
      at: at(policy),
    }
  },
}
