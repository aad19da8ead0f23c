import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cliPage } from './cli-page.ts'
import { gatewayKeyRows } from './gateway-keys.ts'
import { actionRows } from './postgres-actions.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', 'templates/**/*.md'], { cwd: root })
const text = (page: string) => readFileSync(join(root, page), 'utf8')

/** What stands in code after `cedargate`: up to the end of the line or of the code, comments left out. */
function commandLines(page: string): readonly (readonly string[])[] {
  const joined = page.replaceAll(/\\\n\s*/g, ' ')
  const inline = [...joined.matchAll(/`cedargate ([^`\n]+)`/g)].map(([, words = '']) => words)
  const blocks = [...joined.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'))
  const lines = blocks.flatMap(line =>
    [...line.matchAll(/(?<!namespace |-n )cedargate ([a-z][^#|&;)]*)/g)].map(([, words = '']) => words),
  )
  // A namespace may be called so. What stands in quotes is an operation, and its flags are another program's.
  return [...inline, ...lines].map(words => words.match(/'[^']*'|\S+/g) ?? [])
}

/** The help of one command, by its words after `cedargate`. */
function sectionOf(help: string, name: string): string | undefined {
  return help.split('\n## ').find(section => section.startsWith(`cedargate ${name}\n`))
}

const docs = suite('the documents')
docs('link to what is there', () => {
  const links = pages.flatMap(page =>
    [...text(page).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => ({ page, link })),
  )
  assert.ok(links.length > 10)
  assert.equal(
    links.filter(({ page, link }) => !existsSync(join(root, dirname(page), link))),
    [],
  )
})
docs('give the keys of gateway.yaml exactly as its schema does', () => {
  const table = text('docs/gateway.md')
    .split('\n')
    .filter(line => line.startsWith('| `'))
  const words = (rows: readonly string[]) => rows.map(row => row.replaceAll(/\s+/g, ' '))
  assert.equal(words(table), words(gatewayKeyRows()))
})
docs('give the actions of Postgres exactly as its schema does', () => {
  const table = text('docs/policies.md').split('| group ')[1]?.split('\n\n')[0] ?? ''
  const rows = table.split('\n').slice(2)
  const words = (lines: readonly string[]) => lines.map(line => line.replaceAll(/\s+/g, ' '))
  assert.equal(words(rows), words(actionRows()))
})
docs('give every command exactly as its help does', () => {
  assert.ok(text('docs/cli.md') === cliPage(), 'docs/cli.md is not what `node test/docs/write-cli-page.ts` would write')
})
docs('name commands and flags that exist', () => {
  const help = cliPage()
  const named = pages
    .filter(page => page !== 'docs/cli.md')
    .flatMap(page => commandLines(text(page)).map(words => ({ page, words })))
  assert.ok(named.length > 10)
  const unknown = named.filter(({ words: [first = '', second = '', ...rest] }) => {
    const section = sectionOf(help, `${first} ${second}`) ?? sectionOf(help, first)
    const flags = [second, ...rest].filter(word => word.startsWith('--')).map(word => word.split('=')[0])
    return section === undefined || flags.some(flag => !section.includes(`${flag}`))
  })
  assert.equal(unknown, [])
})
docs('name npm scripts that exist', () => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: { [name: string]: string } }
  const named = pages.flatMap(page => [...text(page).matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name))
  assert.ok(named.length > 0)
  assert.equal(
    named.filter(name => scripts[name] === undefined),
    [],
  )
})
docs.run()
