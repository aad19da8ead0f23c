import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** `cli/src/rules` */
export const rulesFolder = join(import.meta.dirname, '../src/rules')

/** The folders of rules, sorted. */
export function ruleNames(folder = rulesFolder): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

/** `missing-owner` → `missingOwner` */
export function toIdentifier(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** The text of `cli/src/rules/index.ts`. */
export function toIndex(names: readonly string[]): string {
  const imports = names.map(name => `import { ${toIdentifier(name)} } from './${name}/rule.ts'`)
  const members = names.map(name => `  ${toIdentifier(name)},`)
  return `// Generated from the folders beside it by \`npm run new:rule\`; not edited by hand.
import type { Rule } from '../linting/rule.ts'
${imports.join('\n')}

/** Every rule, by name. */
export const rules: readonly Rule[] = [
${members.join('\n')}
]
`
}
