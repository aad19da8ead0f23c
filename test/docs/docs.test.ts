import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gatewayKeyRows } from './gateway-keys.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', 'templates/**/*.md'], { cwd: root })
const text = (page: string) => readFileSync(join(root, page), 'utf8')

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
  assert.equal(table, gatewayKeyRows())
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
