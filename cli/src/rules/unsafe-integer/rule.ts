import { at, type Rule } from '../../linting/rule.ts'

const strings = /\/\/[^\n]*|"(?:[^"\\]|\\.)*"/g
const integers = /\b\d{16,19}\b/g

/** Cedar counts to 2^63, JSON to 2^53: what a gateway can send never reaches such a number exactly. */
export const unsafeInteger: Rule = {
  name: 'unsafe-integer',
  category: 'operability',
  level: 'warning',
  summary: 'a number that JSON cannot carry',
  *check(policy) {
    const code = policy.text.replace(strings, found => ' '.repeat(found.length))
    for (const [number] of code.matchAll(integers)) {
      if (!Number.isSafeInteger(Number(number)))
        yield {
          message: `\`${number}\` in \`${policy.id}\` is beyond 2^53, next: compare with a smaller number`,
          at: at(policy, number),
        }
    }
  },
}
