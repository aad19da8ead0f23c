import { atOffset, type Rule } from '../../linting/rule.ts'

const invisible = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu
const words = /[\p{L}\p{M}\p{N}_-]+/gu
const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
]

/** What a reviewer sees must be what Cedar reads. */
export const mixedScriptOrBidi: Rule = {
  name: 'mixed-script-or-bidi',
  category: 'operability',
  level: 'error',
  summary: 'text that reads otherwise than it is',
  *checkAll({ repository }) {
    for (const [file, text] of repository.files) {
      // A snapshot holds names as the target has them.
      if (file.startsWith('snapshots/')) continue
      for (const found of text.matchAll(invisible)) {
        // A byte order mark at the very start is only a mark.
        if (found.index === 0 && found[0] === '\ufeff') continue
        const code = (found[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0')
        yield {
          message: `an invisible or direction-changing character \`U+${code.toUpperCase()}\`, next: remove it`,
          at: atOffset(file, text, found.index, found[0].length),
        }
      }
      for (const found of text.matchAll(words)) {
        if (scripts.filter(script => script.test(found[0])).length > 1)
          yield {
            message: `\`${found[0]}\` mixes letters of several scripts that look alike, next: write it in one`,
            at: atOffset(file, text, found.index, found[0].length),
          }
      }
    }
  },
}
