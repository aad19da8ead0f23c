import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cedargate, Folder } from '../../test/cli.ts'
import { files, withFiles } from '../../test/repository.ts'

const lint = suite('cedargate lint')
const folder = new Folder(withFiles())
lint.after(() => folder.remove())

lint('is content with a sound repository', async () => {
  const { code, stdout } = await folder.run('lint')
  assert.is(code, 0)
  assert.match(stdout, /^no findings, 5 policies, 37 rules\n$/)
})

const shop = files['policies/shop.cedar'] ?? ''
const identities = files['identities.yaml'] ?? ''
const tests = files['tests/shop.test.yaml'] ?? ''

// What is spoilt, and what the first finding must say: code, file, line, column.
const broken: readonly (readonly [why: string, files: Record<string, string>, code: string, place: string])[] = [
  ['YAML that is none', { 'targets.yaml': 'targets:\n  a: [1\n' }, 'ERR_YAML_SYNTAX', 'targets.yaml:'],
  [
    'a key given twice',
    { 'cedargate.yaml': 'name: a\nname: b\nschemaVersion: "1.0"\n' },
    'ERR_YAML_DUPLICATE_KEY',
    'cedargate.yaml:2:1',
  ],
  [
    'a Cedar syntax error',
    { 'policies/new.cedar': '@id("x")\npermit (principal, action resource);\n' },
    'ERR_POLICY_SYNTAX',
    'policies/new.cedar:2:27',
  ],
  [
    'an id given twice',
    { 'policies/shop.cedar': `${shop}\n@id("connect")\nforbid (principal, action, resource);\n` },
    'ERR_POLICY_ID_DUPLICATE',
    'policies/shop.cedar:46:1',
  ],
  [
    'an id given twice in two files',
    { 'policies/zzz.cedar': '@id("connect")\nforbid (principal, action, resource);\n' },
    'ERR_POLICY_ID_DUPLICATE',
    'policies/zzz.cedar:1:1',
  ],
  [
    'an attribute that there is not',
    {
      'policies/new.cedar':
        '@id("x")\npermit (principal, action == Postgres::Action::"select", resource)\nwhen { context.nothing };\n',
    },
    'ERR_POLICY_SCHEMA',
    'policies/new.cedar:3:8',
  ],
  [
    'a test of an unknown target',
    { 'tests/shop.test.yaml': tests.replace('target: orders-db', 'target: order-db') },
    'ERR_TARGET_UNKNOWN',
    'tests/shop.test.yaml:3:11',
  ],
  [
    'a test in an unknown role',
    { 'tests/shop.test.yaml': tests.replace('role: backup', 'role: bakcup') },
    'ERR_ROLE_UNKNOWN',
    'tests/shop.test.yaml:2:38',
  ],
  [
    'identities without an issuer key',
    { 'identities.yaml': identities.replaceAll('keySet: development', 'keySet: production') },
    'ERR_KEY_SET_UNKNOWN',
    'identities.yaml:8:13',
  ],
]

for (const [why, changes, code, place] of broken)
  lint(`finds ${why}, and says where`, async () => {
    const spoilt = new Folder(withFiles(changes))
    const ran = await spoilt.run('lint', '--format', 'json')
    spoilt.remove()
    assert.is(ran.code, 3, ran.stderr)
    const { findings } = JSON.parse(ran.stdout)
    const found = findings.map(
      (one: { code: string; file: string; line: number; column: number }) =>
        `${one.code} ${one.file}:${one.line}:${one.column}`,
    )
    assert.ok(
      found.some((one: string) => one.startsWith(`${code} ${place}`)),
      `${code} ${place} is not among\n${found.join('\n')}`,
    )
  })

lint('obeys cedargate.yaml, and finds fault with a rule that there is not', async () => {
  const spoilt = new Folder(
    withFiles({
      'policies/shop.cedar': shop.replace('@owner("data")\n', ''),
      'cedargate.yaml': 'name: a\nschemaVersion: "1.0"\nlint:\n  rules:\n    missing-owner: error\n    no-such: off\n',
    }),
  )
  const { findings } = JSON.parse((await spoilt.run('lint', '--format', 'json')).stdout)
  spoilt.remove()
  assert.equal(
    findings.map((one: { code: string; severity: string; line: number }) => [one.code, one.severity, one.line]),
    [
      ['unknown-rule', 'error', 6],
      ['missing-owner', 'error', 17],
    ],
  )
})

lint('leaves out the policies that a rule is told to', async () => {
  const config =
    'name: a\nschemaVersion: "1.0"\nlint:\n  rules:\n    missing-owner: { level: error, ignore: [reporting-reads-public] }\n'
  const without = (owner: string) => shop.replace(`@owner("${owner}")\n`, '')
  const codes = async (owner: string) => {
    const spoilt = new Folder(withFiles({ 'policies/shop.cedar': without(owner), 'cedargate.yaml': config }))
    const { findings } = JSON.parse((await spoilt.run('lint', '--format', 'json')).stdout)
    spoilt.remove()
    return findings.map((one: { code: string; severity: string }) => `${one.severity} ${one.code}`)
  }
  assert.equal(await codes('data'), [])
  assert.equal(await codes('security'), ['error missing-owner'])
})

lint('takes an excuse with a reason, and no other', async () => {
  const excused = async (comment: string) => {
    const spoilt = new Folder(
      withFiles({
        'policies/shop.cedar': shop.replace(
          '@id("reporting-reads-public")\n@owner("data")',
          `${comment}\n@id("reporting-reads-public")`,
        ),
      }),
    )
    const ran = await spoilt.run('lint', '--format', 'json')
    spoilt.remove()
    return JSON.parse(ran.stdout).findings.map((one: { code: string }) => one.code)
  }
  assert.equal(await excused('// cedargate-ignore missing-owner: nobody owns reports'), [])
  assert.equal(await excused('// cedargate-ignore missing-owner'), ['ignore-without-reason', 'missing-owner'])
  assert.equal(await excused('// cedargate-ignore missing-ownr: x'), ['unknown-rule', 'missing-owner'])
  assert.equal(await excused('// cedargate-ignore missing-reason: x'), ['stale-ignore', 'missing-owner'])
})

lint('fails on warnings when asked to', async () => {
  const spoilt = new Folder(withFiles({ 'policies/shop.cedar': shop.replace('@owner("data")\n', '') }))
  assert.is((await spoilt.run('lint')).code, 0)
  assert.is((await spoilt.run('lint', '--strict')).code, 3)
  assert.is((await spoilt.run('lint', '--max-warnings', '1')).code, 0)
  spoilt.remove()
})

lint('points at lines for GitHub, SARIF and JUnit', async () => {
  const spoilt = new Folder(withFiles({ 'policies/shop.cedar': shop.replace('@owner("data")\n', '') }))
  const github = (await spoilt.run('lint', '--format', 'github')).stdout
  assert.match(github, /^::warning file=policies\/shop.cedar,line=17,col=1,endColumn=\d+,title=missing-owner::/)
  const sarif = JSON.parse((await spoilt.run('lint', '--format', 'sarif')).stdout)
  assert.is(sarif.runs[0].results[0].ruleId, 'missing-owner')
  assert.is(sarif.runs[0].results[0].locations[0].physicalLocation.region.startLine, 17)
  assert.match((await spoilt.run('lint', '--format', 'junit', '-o', 'out.xml')).stdout, /^$/)
  spoilt.remove()
})

lint('lists its rules', async () => {
  const rules = JSON.parse((await folder.run('lint', '--list', '--format', 'json')).stdout)
  assert.is(rules.length, 37)
})

for (const [why, args] of [
  ['a rule that there is not', ['--only', 'no-such']],
  ['a folder that there is not', ['nowhere']],
  ['a flag that there is not', ['--no-such']],
  ['a format that there is not', ['--format', 'xml']],
] as const)
  lint(`refuses ${why}`, async () => {
    const { code, stderr, stdout } = await folder.run('lint', ...args)
    assert.is(code, 2)
    assert.is(stdout, '')
    assert.match(stderr, /next: /)
  })

lint('takes its flags from the environment', async () => {
  assert.match((await cedargate(['lint'], { cwd: folder.path, env: { CEDARGATE_FORMAT: 'json' } })).stdout, /^\{/)
  assert.match(
    (await cedargate(['lint'], { cwd: folder.path, env: { CEDARGATE_LIST: '1' } })).stdout,
    /^always-true-condition/,
  )
  assert.match(
    (await cedargate(['lint'], { cwd: folder.path, env: { CEDARGATE_LIST: '0', CEDARGATE_FORMAT: '' } })).stdout,
    /^no findings/,
  )
})

lint.run()
