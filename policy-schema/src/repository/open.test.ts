import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changed, goodFiles, jwk } from './good-files.test-support.ts'
import { openRepository } from './open.ts'

const origin = { commit: 'worktree' }

const opened = suite('a repository')

opened('is read whole', () => {
  const { repository, diagnostics } = openRepository(goodFiles(), origin)
  assert.equal(diagnostics, [])
  assert.is(repository?.commit, 'worktree')
  assert.equal(repository?.config, { name: 'sample', schemaVersion: '1.0' })
  assert.equal(
    [...(repository?.files.keys() ?? [])],
    [
      'cedargate.yaml',
      'identities.yaml',
      'policies/backup.cedar',
      'snapshots/orders-db.json',
      'targets.yaml',
      'tests/backup.test.yaml',
    ],
  )
  assert.equal(
    repository?.policies.map(({ id, file, line }) => [id, file, line]),
    [
      ['backup-connects', 'policies/backup.cedar', 1],
      ['backup-reads', 'policies/backup.cedar', 4],
    ],
  )
  assert.equal(repository?.targets.get('orders-db'), {
    name: 'orders-db',
    protocol: 'postgres',
    tags: ['env=prod', 'region=eu'],
    settings: {
      host: 'db.example',
      database: 'orders',
      roles: { backup: { user: 'gate_backup', credential: 'orders-backup' } },
    },
  })
  assert.equal(repository?.identities.issuers.get('development'), {
    name: 'development',
    issuer: 'https://issuer.example',
    audience: 'cedargate',
    principal: 'agent',
    grants: [{ when: { sub: 'nightly-backup' }, roles: ['backup'] }],
    keys: [jwk],
  })
  assert.equal(repository?.tests, [
    {
      name: 'the backup reads',
      as: { agent: 'nightly-backup', role: 'backup' },
      target: 'orders-db',
      expect: 'allow',
      by: ['backup-reads'],
      operation: { sql: 'SELECT 1 FROM orders' },
      file: 'tests/backup.test.yaml',
      line: 1,
    },
  ])
  assert.equal(repository?.snapshots.get('orders-db'), { database: 'orders' })
})

opened('has a digest of what it is read from, and of nothing else', () => {
  const digest = (files: Map<string, string>) => openRepository(files, origin).repository?.digest
  const good = digest(goodFiles())
  assert.match(String(good), /^sha256:[0-9a-f]{64}$/)
  assert.is(digest(changed('README.md', () => undefined)), good)
  assert.is(digest(new Map([...goodFiles()].reverse())), good)
  assert.is.not(digest(changed('policies/backup.cedar', text => `${text}\n`)), good)
  assert.is.not(digest(changed('snapshots/orders-db.json', () => undefined)), good)
})

opened('may have no policy where it says so', () => {
  const files = changed('policies/backup.cedar', () => undefined)
  files.set('cedargate.yaml', 'name: sample\nschemaVersion: "1.0"\ndenyAll: true\n')
  assert.equal(openRepository(files, origin).diagnostics, [])
})

opened('is opened with a warning for a login that nobody can get', () => {
  const files = changed('targets.yaml', text => `${text}      backp: { user: u, credential: c }\n`)
  const { repository, diagnostics } = openRepository(files, origin)
  assert.ok(repository)
  assert.equal(
    diagnostics.map(({ code, severity, line, column }) => [code, severity, line, column]),
    [['WARN_ROLE_UNGRANTED', 'warning', 9, 7]],
  )
})

opened.run()

type Change = (text: string) => string | undefined
const instead =
  (from: string | RegExp, to: string): Change =>
  text =>
    text.replace(from, to)
const plus =
  (more: string): Change =>
  text =>
    text + more

/** Files, what is changed in them, and the findings as `code line:column`. */
const faults: readonly (readonly [string, string, Change, readonly string[]])[] = [
  ['it has no cedargate.yaml', 'cedargate.yaml', () => undefined, ['ERR_FILE_MISSING 1:1']],
  ['it has no targets.yaml', 'targets.yaml', () => undefined, ['ERR_FILE_MISSING 1:1']],
  ['its configuration is empty', 'cedargate.yaml', () => '', ['ERR_REPOSITORY_SCHEMA 1:1']],
  ['YAML is malformed', 'cedargate.yaml', plus('lint: [\n'), ['ERR_YAML_SYNTAX 4:1']],
  ['a key is given twice', 'targets.yaml', plus('targets: {}\n'), ['ERR_YAML_DUPLICATE_KEY 9:1']],
  ['a key is misspelt', 'cedargate.yaml', plus('denyall: true\n'), ['ERR_REPOSITORY_SCHEMA 3:1']],
  ['a name is missing', 'cedargate.yaml', instead('name: sample\n', ''), ['ERR_REPOSITORY_SCHEMA 1:1']],
  ['the version is a number', 'cedargate.yaml', instead('"1.0"', '1.0'), ['ERR_REPOSITORY_SCHEMA 2:16']],
  ['the schema is of another major', 'cedargate.yaml', instead('1.0', '2.0'), ['ERR_SCHEMA_VERSION 2:17']],
  ['the schema is of a later minor', 'cedargate.yaml', instead('1.0', '1.9'), ['ERR_SCHEMA_VERSION 2:17']],
  [
    'a rule has no such level',
    'cedargate.yaml',
    plus('lint: { rules: { missing-owner: fatal } }\n'),
    ['ERR_REPOSITORY_SCHEMA 3:33'],
  ],
  [
    'a threshold is unknown',
    'cedargate.yaml',
    plus('simulate: { failOn: [newly-denied, newly-lost] }\n'),
    ['ERR_REPOSITORY_SCHEMA 3:36'],
  ],
  ['a file begins with a byte order mark', 'policies/a.cedar', () => '\ufeff', ['ERR_FILE_ENCODING 1:1']],
  ['a file is not UTF-8', 'cedargate.yaml', plus('# \ufffd\n'), ['ERR_FILE_ENCODING 1:1', 'ERR_FILE_MISSING 1:1']],
  ['a file is too large', 'policies/backup.cedar', plus(`// ${'x'.repeat(1024 * 1024)}`), ['ERR_FILE_TOO_LARGE 1:1']],

  ['a key set is unknown', 'identities.yaml', instead('keySet: agents', 'keySet: agent'), ['ERR_KEY_SET_UNKNOWN 8:13']],
  [
    'a key is private',
    'identities.yaml',
    instead('"kid":"k1"', '"kid":"k1","d":"secret"'),
    [`ERR_KEY_PRIVATE 3:${JSON.stringify(jwk).length + 8}`],
  ],
  ['a key is not Ed25519', 'identities.yaml', instead('"Ed25519"', '"P-256"'), ['ERR_REPOSITORY_SCHEMA 3:15']],
  [
    'two keys have one id',
    'identities.yaml',
    instead('issuers:', `    - ${JSON.stringify(Object.assign({ kid: 'k1' }, jwk))}\nissuers:`),
    ['ERR_KEY_DUPLICATE 4:15'],
  ],
  [
    'two issuers cannot be told apart',
    'identities.yaml',
    plus(
      '  other: { issuer: "https://issuer.example", audience: cedargate, keySet: agents, principal: user, grants: [] }\n',
    ),
    ['ERR_ISSUER_DUPLICATE 12:3'],
  ],
  [
    'a grant asks nothing',
    'identities.yaml',
    instead('{ sub: nightly-backup }', '{}'),
    ['ERR_REPOSITORY_SCHEMA 11:17'],
  ],
  ['a grant gives nothing', 'identities.yaml', instead('[backup]', '[]'), ['ERR_REPOSITORY_SCHEMA 11:49']],
  ['a claim is a number', 'identities.yaml', instead('nightly-backup', '7'), ['ERR_REPOSITORY_SCHEMA 11:24']],
  [
    'a role could not stand in a user name',
    'identities.yaml',
    instead('[backup]', '[back@up]'),
    ['ERR_REPOSITORY_SCHEMA 11:50'],
  ],

  [
    'a protocol is unknown',
    'targets.yaml',
    instead('protocol: postgres', 'protocol: mysql'),
    ['ERR_PROTOCOL_UNKNOWN 3:15'],
  ],
  ['a target is the gateway', 'targets.yaml', plus('  gate: { protocol: gate }\n'), ['ERR_PROTOCOL_UNKNOWN 9:21']],
  [
    'a target takes the name of the gateway',
    'targets.yaml',
    plus('  gate: { protocol: postgres, host: h, database: d, roles: {} }\n'),
    ['ERR_TARGET_RESERVED 9:3'],
  ],
  ['a setting is not the protocol’s', 'targets.yaml', plus('    hots: db\n'), ['ERR_REPOSITORY_SCHEMA 9:5']],
  ['a setting is missing', 'targets.yaml', instead('    host: db.example\n', ''), ['ERR_REPOSITORY_SCHEMA 2:3']],
  ['a tag is a number', 'targets.yaml', instead('env: prod', 'env: 1'), ['ERR_REPOSITORY_SCHEMA 4:18']],
  ['a tag holds an equals sign', 'targets.yaml', instead('env: prod', 'env: a=b'), ['ERR_REPOSITORY_SCHEMA 4:18']],
  ['a target has no plain name', 'targets.yaml', instead('orders-db', 'orders db'), ['ERR_REPOSITORY_SCHEMA 2:3']],

  ['a policy is malformed', 'policies/backup.cedar', plus('permit (principal'), ['ERR_POLICY_SYNTAX 6:18']],
  [
    'an id is given twice in a file',
    'policies/backup.cedar',
    instead('backup-reads', 'backup-connects'),
    ['ERR_POLICY_ID_DUPLICATE 4:1'],
  ],
  [
    'an id is given twice in two files',
    'policies/more/copy.cedar',
    () => '\n  @id("backup-reads") forbid (principal, action, resource);',
    ['ERR_POLICY_ID_DUPLICATE 2:3'],
  ],
  ['it has no policy', 'policies/backup.cedar', () => undefined, ['ERR_POLICIES_EMPTY 1:1']],

  [
    'a test names an unknown target',
    'tests/backup.test.yaml',
    instead('orders-db', 'orders'),
    ['ERR_TARGET_UNKNOWN 3:11'],
  ],
  [
    'a test names an unknown role',
    'tests/backup.test.yaml',
    instead('role: backup', 'role: backp'),
    ['ERR_ROLE_UNKNOWN 2:38'],
  ],
  [
    'a test names an unknown issuer',
    'tests/backup.test.yaml',
    instead('role: backup', 'role: backup, issuer: x'),
    ['ERR_ISSUER_UNKNOWN 2:54'],
  ],
  [
    'a test names an unknown snapshot',
    'tests/backup.test.yaml',
    plus('  snapshot: old\n'),
    ['ERR_SNAPSHOT_UNKNOWN 7:13'],
  ],
  [
    'a test acts as nobody',
    'tests/backup.test.yaml',
    instead('agent: nightly-backup, ', ''),
    ['ERR_TEST_PRINCIPAL 2:7'],
  ],
  ['a test acts as two', 'tests/backup.test.yaml', instead('agent:', 'user: ann, agent:'), ['ERR_TEST_PRINCIPAL 2:7']],
  [
    'a user has an owner',
    'tests/backup.test.yaml',
    instead('agent: nightly-backup', 'user: a, owner: b'),
    ['ERR_TEST_PRINCIPAL 2:25'],
  ],
  ['a test has no operation', 'tests/backup.test.yaml', instead(/ {2}sql.*\n/, ''), ['ERR_TEST_OPERATION 1:9']],
  ['a test has two operations', 'tests/backup.test.yaml', plus('  connect: orders\n'), ['ERR_TEST_OPERATION 1:9']],
  [
    'an operation is not of the target’s protocol',
    'tests/backup.test.yaml',
    instead(/sql.*\n/, 'gate: { kind: kill, role: backup }\n'),
    ['ERR_TEST_OPERATION 4:9'],
  ],
  [
    'an operation is no text',
    'tests/backup.test.yaml',
    instead('SELECT 1 FROM orders', '[1]'),
    ['ERR_REPOSITORY_SCHEMA 4:8'],
  ],
  [
    'a test expects what there is not',
    'tests/backup.test.yaml',
    instead('allow', 'permit'),
    ['ERR_REPOSITORY_SCHEMA 5:11'],
  ],
  ['an allow has a reason', 'tests/backup.test.yaml', plus('  reason: forbidden\n'), ['ERR_TEST_EXPECTATION 7:11']],
  ['an allow has approvers', 'tests/backup.test.yaml', plus('  approvers: [dba]\n'), ['ERR_TEST_EXPECTATION 7:14']],
  ['a time has no offset', 'tests/backup.test.yaml', plus('  at: 2026-01-01T00:00:00\n'), ['ERR_TEST_TIME 7:7']],
  ['a time is none', 'tests/backup.test.yaml', plus('  at: 2026-13-01T00:00:00Z\n'), ['ERR_TEST_TIME 7:7']],
  ['an address is none', 'tests/backup.test.yaml', plus('  from: 10.0.0.256\n'), ['ERR_TEST_ADDRESS 7:9']],
  ['a key of a test is misspelt', 'tests/backup.test.yaml', plus('  expects: allow\n'), ['ERR_REPOSITORY_SCHEMA 7:3']],
  ['tests are no list', 'tests/backup.test.yaml', () => 'name: x\n', ['ERR_REPOSITORY_SCHEMA 1:1']],
  ['a snapshot is torn', 'snapshots/orders-db.json', instead('}', ''), ['ERR_SNAPSHOT 1:21']],
  ['a snapshot is a list', 'snapshots/orders-db.json', () => '[]', ['ERR_SNAPSHOT 1:1']],
]

const refused = suite('a repository is refused when')

for (const [why, path, change, expected] of faults)
  refused(why, () => {
    const { repository, diagnostics } = openRepository(changed(path, change), origin)
    assert.is(repository, undefined)
    assert.equal(
      diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`),
      expected,
      diagnostics.map(({ message }) => message).join('\n'),
    )
    for (const { file } of diagnostics) assert.is(file, why === 'it has no policy' ? 'cedargate.yaml' : path)
  })

refused('a file’s name is not plain', () => {
  const files = goodFiles()
  files.set('policies/a b\u202e.cedar', '')
  files.set('policies/../x.cedar', '')
  assert.equal(
    openRepository(files, origin).diagnostics.map(({ code, file }) => [code, file]),
    [
      ['ERR_FILE_PATH', 'policies/../x.cedar'],
      ['ERR_FILE_PATH', 'policies/a b\u202e.cedar'],
    ],
  )
})

refused('several faults, which are told all at once, by file and position', () => {
  const files = changed('tests/backup.test.yaml', text =>
    text.replace('orders-db', 'x').replace('role: backup', 'role: y'),
  )
  files.set('cedargate.yaml', 'nam: sample\nschemaVersion: "1.0"\n')
  files.set('policies/x.cedar', 'permit')
  assert.equal(
    openRepository(files, origin).diagnostics.map(({ code, file }) => [code, file]),
    [
      ['ERR_REPOSITORY_SCHEMA', 'cedargate.yaml'],
      ['ERR_REPOSITORY_SCHEMA', 'cedargate.yaml'],
      ['ERR_POLICY_SYNTAX', 'policies/x.cedar'],
      ['ERR_ROLE_UNKNOWN', 'tests/backup.test.yaml'],
      ['ERR_TARGET_UNKNOWN', 'tests/backup.test.yaml'],
    ],
  )
})

refused.run()

const messages = suite('a finding says')

for (const [what, path, change, message] of [
  [
    'what a misspelt key may have meant',
    'cedargate.yaml',
    plus('denyall: true\n'),
    '`denyall` is not known, next: did you mean `denyAll`',
  ],
  [
    'which keys there are',
    'cedargate.yaml',
    plus('x: 1\n'),
    '`x` is not known, next: use `name`, `schemaVersion`, `denyAll`, `lint`, `simulate` or `notify`',
  ],
  ['what is missing', 'cedargate.yaml', instead('name: sample\n', ''), '`name` is missing'],
  [
    'what was given instead',
    'cedargate.yaml',
    instead('"1.0"', '1.5'),
    '`schemaVersion` must be a string, not the number `1.5`',
  ],
  [
    'which values there are',
    'tests/backup.test.yaml',
    instead('allow', 'permit'),
    '`0.expect` must be `allow`, `deny` or `pending`',
  ],
  [
    'what a value is like',
    'targets.yaml',
    (text: string) => `${text}  prod: { protocol: kubernetes, server: "http://x", roles: {} }\n`,
    '`targets.prod.server` must be like `https://prod.internal.example:6443`',
  ],
  [
    'which targets there are',
    'tests/backup.test.yaml',
    instead('orders-db', 'x'),
    'target `x` is not in targets.yaml, which has `orders-db`',
  ],
] as const)
  messages(what, () => {
    assert.equal(
      openRepository(changed(path, change), origin).diagnostics.map(({ message }) => message),
      [message],
    )
  })

messages.run()
