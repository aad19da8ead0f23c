import { generateKeyPairSync } from 'node:crypto'

const { publicKey } = generateKeyPairSync('ed25519')

/** Of an agents' issuer. */
export const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1' }

/** A small repository without a finding. */
export function goodFiles(): Map<string, string> {
  return new Map([
    ['cedargate.yaml', 'name: sample\nschemaVersion: "1.0"\n'],
    [
      'identities.yaml',
      `keySets:
  agents:
    - ${JSON.stringify(jwk)}
issuers:
  development:
    issuer: https://issuer.example
    audience: cedargate
    keySet: agents
    principal: agent
    grants:
      - { when: { sub: nightly-backup }, roles: [backup] }
`,
    ],
    [
      'targets.yaml',
      `targets:
  orders-db:
    protocol: postgres
    tags: { env: prod, region: eu }
    host: db.example
    database: orders
    roles:
      backup: { user: gate_backup, credential: orders-backup }
`,
    ],
    [
      'policies/backup.cedar',
      `@id("backup-connects")
permit (principal in Gate::Role::"backup", action == Postgres::Action::"connect", resource);

@id("backup-reads")
permit (principal in Gate::Role::"backup", action == Postgres::Action::"select", resource);
`,
    ],
    [
      'tests/backup.test.yaml',
      `- name: the backup reads
  as: { agent: nightly-backup, role: backup }
  target: orders-db
  sql: SELECT 1 FROM orders
  expect: allow
  by: [backup-reads]
`,
    ],
    ['snapshots/orders-db.json', '{"database":"orders"}'],
    ['README.md', 'not read'],
    ['recordings/one.jsonl', '{}'],
  ])
}

/** The good files with one changed, or without it. */
export function changed(path: string, change: (text: string) => string | undefined): Map<string, string> {
  const files = goodFiles()
  const text = change(files.get(path) ?? '')
  if (text === undefined) files.delete(path)
  else files.set(path, text)
  return files
}
