/** `npm run new:rule NAME` makes a rule's folder and generates the index; without a name it only generates the index. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ruleNames, rulesFolder, toIdentifier, toIndex } from './rule-index.ts'

const name = process.argv[2]
if (name !== undefined) create(name)
writeFileSync(join(rulesFolder, 'index.ts'), toIndex(ruleNames()))

function create(name: string): void {
  const folder = join(rulesFolder, name)
  if (!/^[a-z]+(-[a-z]+)*$/.test(name) || existsSync(folder)) {
    console.error(`new:rule: \`${name}\` is no kebab-case name or exists already`)
    process.exit(2)
  }
  mkdirSync(folder)
  for (const [file, text] of Object.entries(files(name))) writeFileSync(join(folder, file), text)
  console.log(`cli/src/rules/${name}: write the check, then the violations and near misses, then the page`)
}

function files(name: string): Record<string, string> {
  const identifier = toIdentifier(name)
  return {
    'rule.ts': `import { at, type Rule } from '../../linting/rule.ts'

/** Why it matters, in one sentence. */
export const ${identifier}: Rule = {
  name: '${name}',
  category: 'correctness',
  level: 'warning',
  summary: 'what it finds, as one clause',
  *check(policy) {
    if (policy.text === '') yield { message: \`\\\`\${policy.id}\\\` …, next: …\`, at: at(policy) }
  },
}
`,
    'rule.test.ts': `import { ruleSuite } from '../../../test/rule-suite.ts'
import { ${identifier} } from './rule.ts'

const { finds, silent, run } = ruleSuite(${identifier})

finds('what it is about', \`@id("a") permit (principal, action, resource);\`, ['1:1'])

silent('what is nearly that', \`@id("a") forbid (principal, action, resource);\`)

run()
`,
    'README.md': `# ${name}

## Avoid

## Prefer

## Why

## Options
`,
  }
}
