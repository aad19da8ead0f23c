import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

/** Holds the rules of the house: see ARCHITECTURE.md. */
const root = resolve(import.meta.dirname, '..')

interface Source {
  readonly path: string
  /** Without comments. */
  readonly code: string
  readonly lines: number
  readonly imports: readonly { readonly from: string; readonly dynamic: boolean }[]
}

const sources: readonly Source[] = globSync('{policy-schema,gateway,cli,github-action,demo}/**/*.ts', {
  cwd: root,
  exclude: path => /node_modules|dist/.test(path),
}).map(path => {
  const text = readFileSync(join(root, path), 'utf8')
  const code = text
    .replace(/^import \{ isIP(?:v[46])? \} from 'node:net'$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
  const imports = [...code.matchAll(/(?:\bfrom\s+|^import\s+|\bimport\s*\(\s*)(['"])([^'"]+)\1/gm)].map(match => ({
    from: match[2] ?? '',
    dynamic: match[0].includes('('),
  }))
  return { path, code, lines: text.split('\n').length, imports }
})

const isTest = ({ path }: Source) => /\.test\.ts$|test-support|\/fixtures?\//.test(path)
const within = (folder: string) => sources.filter(source => source.path.startsWith(`${folder}/`) && !isTest(source))
const offenders = (of: readonly Source[], wrong: (source: Source) => boolean) =>
  of.filter(wrong).map(({ path }) => path)
const imports = (source: Source, what: RegExp, kind: 'static' | 'any' = 'any') =>
  source.imports.some(({ from, dynamic }) => what.test(from) && (kind === 'any' || !dynamic))

const house = suite('the house')

house('has sources to look at', () => assert.ok(sources.length > 50, `${sources.length} sources`))

house('lets packages depend in one direction only', () => {
  assert.equal(
    offenders(within('policy-schema'), source => imports(source, /^@cedargate\//)),
    [],
  )
  assert.equal(
    offenders(within('gateway'), source => imports(source, /^@cedargate\/(?!policy-schema)/)),
    [],
  )
  assert.equal(
    offenders(within('github-action'), source => imports(source, /^@cedargate\/(?!policy-schema|cli)/)),
    [],
  )
})

house('reaches gateway and demo from the cli only where a command runs them', () =>
  assert.equal(
    offenders(within('cli'), source => imports(source, /^@cedargate\/(gateway|demo)/, 'static')),
    [],
  ),
)

house('crosses between packages by their names', () =>
  assert.equal(
    offenders(
      sources.filter(({ path }) => !path.startsWith('cli/scripts/')),
      ({ path, imports }) =>
        imports.some(({ from }) => {
          if (!from.startsWith('.')) return false
          const [home] = path.split('/')
          const target = relative(root, resolve(root, dirname(path), from)).split('/')[0]
          // tests share the peers of test/
          return target !== home && !(target === 'test' && path.endsWith('.test.ts'))
        }),
    ),
    [],
  ),
)

for (const side of ['policy-schema/src/protocols', 'gateway/src/protocols'])
  house(`keeps the protocols of ${side} apart`, () =>
    assert.equal(
      offenders(within(side), ({ path, imports }) => {
        const [, own] = /protocols\/([^/]+)\//.exec(path) ?? []
        if (own === undefined) return false // the list itself
        return imports.some(({ from }) => {
          const target = relative(join(root, side), resolve(root, dirname(path), from)).split('/')
          return from.startsWith('.') && target[0] !== '..' && target.length > 1 && target[0] !== own
        })
      }),
      [],
    ),
  )

house('has a middle that knows no protocol', () => {
  const middle = ['core', 'trail', 'approvals', 'identity', 'store', 'credentials', 'control', 'bundles'].flatMap(
    folder => within(`gateway/src/${folder}`),
  )
  assert.ok(middle.length > 10)
  assert.equal(
    offenders(middle, ({ code }) => /postgres|kubernetes|kubectl|\bssh\b/i.test(code)),
    [],
  )
})

house('lets only policy-schema/src/cedar touch cedar-wasm', () =>
  assert.equal(
    offenders(
      sources.filter(({ path }) => !path.startsWith('policy-schema/src/cedar/')),
      source => imports(source, /^@cedar-policy\//),
    ),
    [],
  ),
)

house('gives the pure half no socket, no clock and no chance', () =>
  assert.equal(
    offenders(
      within('policy-schema'),
      source =>
        imports(source, /^node:(net|tls|http|https|http2|dgram|child_process|timers.*)$/) ||
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bperformance\.now\(/.test(
          source.code,
        ),
    ),
    [],
  ),
)

house('reads the environment of the gateway in one place', () =>
  assert.equal(
    offenders(within('gateway/src'), ({ code }) => /process\.env/.test(code)),
    ['gateway/src/main.ts'],
  ),
)

house('keeps no cache in a module', () =>
  assert.equal(
    offenders([...within('policy-schema/src/engine'), ...within('policy-schema/src/protocols')], ({ code }) =>
      /^(?:export )?const \w+(?::[^=]+)? = new (?:Weak)?Map(?:<[^>]*>)?\(\)/m.test(code),
    ),
    [],
  ),
)

house('has no default exports and no enums', () =>
  assert.equal(
    offenders(sources, ({ code }) => /^export default |^(?:export )?(?:const )?enum /m.test(code)),
    [],
  ),
)

/** Data, which may be long. */
const tables = [/functions-table\.ts$/, /\.test\.ts$/]
house('has no file of 400 lines', () =>
  assert.equal(
    offenders(sources, ({ path, lines }) => lines > 400 && !tables.some(table => table.test(path))),
    [],
  ),
)

house.run()
