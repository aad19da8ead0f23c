import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadParser, maxSignRun, maxSqlBytes, maxSqlDepth, replacedInstances } from './parser.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import { estimatedDepth, isEmptySql, scan } from './scan.ts'

await loadParser()

const repeated =
  (before: string, middle: string, after = '') =>
  (count: number) =>
    `SELECT ${before.repeat(count)}${middle}${after.repeat(count)}`

/** Ways to make a tree deep or a text long. Each kills the grammar, or the walk, when it may grow. */
const hostile: { readonly [what: string]: (count: number) => string } = {
  'a chain of +': repeated('1+', '1'),
  'signs of minus': repeated('- ', '1'),
  'a chain of NOT': repeated('NOT ', 'true'),
  'a chain of AND': repeated('a AND ', 'a'),
  'a chain of OR': repeated('a OR ', 'a'),
  'a chain of casts': count => `SELECT 1${'::int'.repeat(count)}`,
  'a chain of IS NULL': count => `SELECT 1${' IS NULL'.repeat(count)}`,
  'a chain of COLLATE': count => `SELECT a${' COLLATE "C"'.repeat(count)}`,
  'a chain of subscripts': count => `SELECT a${'[1]'.repeat(count)}`,
  'a chain of names': count => `SELECT a${'.b'.repeat(count)}`,
  'a chain of UNION with commas': count => `SELECT 1, 2${' UNION SELECT 1, 2'.repeat(count)}`,
  'a chain of joins': count => `SELECT * FROM a${' NATURAL JOIN a'.repeat(count)}`,
  parentheses: repeated('(', '1', ')'),
  'open parentheses': repeated('(', '1'),
  'nested arrays': count => `SELECT ARRAY${'['.repeat(count)}1${']'.repeat(count)}`,
  'nested calls': repeated('f(', '1', ')'),
  'nested JSON': repeated('json_array(', '1', ')'),
  'nested subqueries': repeated('(SELECT ', '1', ')'),
  'nested CASE': repeated('CASE WHEN true THEN ', '1', ' END'),
  'nested FROM, with a label named end': count =>
    `SELECT * FROM ${'(SELECT 1 AS end, 2 FROM '.repeat(count)}a${') x'.repeat(count)}`,
  'nested FROM, with a label named case': count =>
    `SELECT * FROM ${'(SELECT 1 AS case, 2 FROM '.repeat(count)}a${') x'.repeat(count)}`,
  'nested WITH': count => `${'WITH x AS ('.repeat(count)}SELECT 1${') SELECT 1'.repeat(count)}`,
  'nested comments': count => `SELECT ${'/*'.repeat(count)} ${'*/'.repeat(count)} 1`,
  'open comments': count => `SELECT 1 ${'/*'.repeat(count)}`,
  'comments without a gap': count => `SELECT 1 ${'/**/'.repeat(count)}`,
  'plus signs': count => `SELECT ${'+'.repeat(count)} 1`,
  'many statements': count => 'SELECT 1;'.repeat(count),
  'many names': count => `SELECT ${Array.from({ length: count }, (_, at) => `f${at}()`).join()}`,
}

const alive = suite('the grammar outlives')
for (const [what, grow] of Object.entries(hostile)) {
  alive(`${what} of any length`, () => {
    for (const count of [10, 60, 120, 180, 400, 700, 1_000, 1_500, 2_200, 3_000, 20_000]) {
      const read = readSql(grow(count))
      if (isRefusal(read)) assert.match(read.reason, /^(?:too_large|unparseable|unmapped)$/)
    }
    assert.is(replacedInstances(), 0)
    assert.not(isRefusal(readSql('SELECT 1')), 'and reads on')
  })
}
alive('a thousand of them in a row', () => {
  const grown = Object.values(hostile)
  for (let at = 0; at < 1_000; at++) readSql(grown[at % grown.length]?.(150 + (at % 90)) ?? '')
  assert.is(replacedInstances(), 0)
  assert.not(isRefusal(readSql('SELECT 1')))
})
alive('what does break it: a spare takes over at once, and another is loaded', () => {
  const script = `
    const { loadParser, parseSql, replacedInstances } = await import(${JSON.stringify(new URL('./parser.ts', import.meta.url).href)})
    await loadParser()
    const deep = 'SELECT ' + 'NOT '.repeat(2_400) + 'true'
    for (let at = 0; at < 3; at++) {
      const broken = parseSql(deep)
      if (broken.detail !== 'the text breaks the SQL grammar') throw new Error('it holds: ' + broken.detail)
      if (!('statements' in parseSql('SELECT 1'))) throw new Error('the spare does not read')
      await new Promise(resolve => setTimeout(resolve, 50))
      await loadParser()
    }
    console.log(replacedInstances())`
  const little = ['--stack-size=150', '--input-type=module', '--eval', script]
  assert.is(execFileSync(process.execPath, little, { encoding: 'utf8' }).trim(), '3')
})

alive('without the 600 MB that optimising the grammar takes', () => {
  const much = [
    '--input-type=module',
    '--eval',
    `import { loadParser, parseSql } from ${JSON.stringify(new URL('./parser.ts', import.meta.url).href)}
    await loadParser()
    for (let round = 0; round < 20; round++) {
      for (let at = 0; at < 500; at++) parseSql('SELECT a, b FROM c WHERE d = ' + at)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    console.log(Math.round(process.resourceUsage().maxRSS / 1024))`,
  ]
  const peakMiB = Number(execFileSync(process.execPath, much, { encoding: 'utf8' }))
  assert.ok(peakMiB > 0 && peakMiB < 250, `${peakMiB} MiB`)
})
alive.run()

const caps = suite('a text is refused')
for (const [why, sql, reason, detail] of [
  ['as too long in characters', `SELECT '${'x'.repeat(maxSqlBytes)}'`, 'too_large', /longer than 262144 bytes/],
  ['as too long in bytes', `SELECT '${'é'.repeat(maxSqlBytes / 2)}'`, 'too_large', /longer than/],
  ['as too deep', `SELECT ${'1+'.repeat(maxSqlDepth)}1`, 'too_large', /nests too deep/],
  ['with too many signs in a row', `SELECT 1 ${'/**/'.repeat(maxSignRun)}`, 'too_large', /operator signs/],
  ['with NUL', 'SELECT \0', 'unparseable', /NUL/],
  ['with half a surrogate pair', "SELECT '\udc00'", 'unparseable', /surrogate/],
  ['with the place of its error', "SELECT 'é😀';\nSELECT FROM FROM", 'unparseable', /line 2, column 13$/],
  [
    'with an open string, without quoting it',
    "ALTER ROLE a PASSWORD 'hunter2",
    'unparseable',
    /^syntax error at line 1, column \d+$/,
  ],
] as const) {
  caps(why, () => {
    const read = readSql(sql)
    assert.ok(isRefusal(read))
    assert.is(read.reason, reason)
    assert.match(read.detail, detail)
  })
}
caps.run()

const scanning = suite('the scan')
for (const [sql, expected] of [
  ["SELECT 'a''b' x", ['SELECT', "'a''b'", 'x']],
  [String.raw`E'\'' 'x'`, [String.raw`E'\''`, "'x'"]],
  [String.raw`'\' 'x'`, [String.raw`'\'`, "'x'"]],
  [`U&'d\\0061' U&"a""b"`, [`U&'d\\0061'`, `U&"a""b"`]],
  ['$$a$b$$ $tag$ $$ $tag$', ['$$a$b$$', '$tag$ $$ $tag$']],
  ['a$b$c', ['a$b$c']],
  ['$1+2', ['$1', '+', '2']],
  ['1 /* /* */ ; */ --;\n2', ['1', '2']],
  ["'open", ["'open"]],
  ['$$open', ['$$open']],
  ['/* open', []],
] as const) {
  scanning(`finds the tokens of ${sql}`, () => {
    const tokens = [...scan(sql)]
    assert.is(tokens.map(({ start, end }) => sql.slice(start, end)).join(''), sql, 'without a gap')
    assert.equal(
      tokens.filter(({ kind }) => kind !== 'space').map(({ start, end }) => sql.slice(start, end)),
      expected,
    )
  })
}
for (const sql of ['', ' ', ';;', '--x', '/**/', '/* /* */ */ ;\n'])
  scanning(`finds nothing in ${JSON.stringify(sql)}`, () => assert.ok(isEmptySql(sql)))
for (const sql of ['x', '/*', "''", ';1', '/* */ */'])
  scanning(`finds something in ${JSON.stringify(sql)}`, () => assert.not(isEmptySql(sql)))
scanning('does not take what strings hold for depth', () =>
  assert.ok(estimatedDepth(`SELECT '${'('.repeat(9_999)}'`) < 10),
)
scanning.run()
