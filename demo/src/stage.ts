import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustCedargate } from './cedargate.ts'
import type { PolicyRepository } from './policy-repository.ts'
import { type AgentName, agents } from './scenes.ts'
import { logins, type OrdersRole } from './targets/orders-database.ts'
import type { PostgresServer } from './targets/postgres.ts'

/** As `cedargate.yaml` of the template says. */
export const repositoryName = 'postgres-policies'
export const audience = 'demo'
const tokenIssuer = 'https://tokens.example.com'
const tokenAudience = 'cedargate'

/** Where everything of the demo lies. */
export interface Folders {
  readonly base: string
  readonly policies: string
  readonly keys: string
  readonly bundles: string
  readonly state: string
  readonly trail: string
  /** Removes them all. */
  remove(): void
}

export function createFolders(): Folders {
  const base = mkdtempSync(join(tmpdir(), 'cedargate-demo-'))
  const folder = (name: string) => {
    mkdirSync(join(base, name), { mode: 0o700 })
    return join(base, name)
  }
  return {
    base,
    policies: join(base, 'policies'),
    keys: folder('keys'),
    bundles: folder('bundles'),
    state: folder('state'),
    trail: folder('trail'),
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** A password for each login at the target, known to the gateway alone. */
export function createPasswords(folders: Folders): { readonly [role in OrdersRole]: string } {
  const password = (role: string) => {
    const text = randomBytes(18).toString('base64url')
    writeFileSync(join(folders.keys, `${role}.password`), text, { mode: 0o600 })
    return text
  }
  return Object.fromEntries(Object.keys(logins).map(role => [role, password(role)])) as { [role in OrdersRole]: string }
}

/** The keys of everything that signs, by the tool itself. */
export async function createKeys(folders: Folders): Promise<void> {
  await Promise.all(
    ['bundle', 'token', 'tls'].map(use =>
      mustCedargate(folders.base, ['keys', 'generate', '--for', use, '--out', 'keys']),
    ),
  )
}

/** The template names a server that does not exist, and a key that nobody has. */
export function adaptTemplate(repository: PolicyRepository, target: PostgresServer, folders: Folders): void {
  const { keys } = JSON.parse(readFileSync(join(folders.keys, 'token.jwks.json'), 'utf8')) as {
    keys: readonly [{ readonly x: string; readonly kid: string }]
  }
  const { x, kid } = keys[0]
  const ca = JSON.stringify(target.ca)
  repository.replaceLine(
    'identities.yaml',
    /^ +- \{ kty: OKP.*$/m,
    `    - { kty: OKP, crv: Ed25519, kid: "${kid}", x: "${x}" }`,
  )
  repository.replaceLine('targets.yaml', /^ +host: .*$/m, `    host: ${target.host}`)
  repository.replaceLine('targets.yaml', /^ +port: .*$/m, `    port: ${target.port}`)
  repository.replaceLine('targets.yaml', /^ +tls: .*$/m, `    tls: { mode: verify-full, ca: ${ca} }`)
}

/** What an operator of the gateway writes. @returns the file */
export function writeGatewayConfig(folders: Folders): string {
  const credential = (role: string) => `  orders-db-${role}: { file: keys/${role}.password, hosts: [127.0.0.1] }`
  const file = join(folders.base, 'gateway.yaml')
  writeFileSync(
    file,
    `state: state
listen:
  postgres: { address: "127.0.0.1:0", tls: { certificate: keys/server.pem, key: keys/server.key } }
control: { address: "127.0.0.1:0" }
bundle: { folder: bundles, keys: [keys/bundle.pub], audience: ${audience}, repository: ${repositoryName} }
trail: { folder: trail }
credentials:
${Object.keys(logins).map(credential).join('\n')}
`,
  )
  return file
}

/** What the agents' issuer vouches for, for twelve hours. */
export async function signTokens(folders: Folders): Promise<{ readonly [name in AgentName]: string }> {
  const sign = async ([name, { agent, role, task }]: [string, (typeof agents)[AgentName]]) => [
    name,
    await mustCedargate(folders.base, [
      ...['token', 'sign', '--key', 'keys/token.key', '--issuer', tokenIssuer, '--audience', tokenAudience],
      ...['--agent', agent, '--role', role, '--task-id', task.id, '--task-kind', task.kind, '--expires-in', '12h'],
    ]),
  ]
  const all = Object.entries(agents) as [AgentName, (typeof agents)[AgentName]][]
  return Object.fromEntries(await Promise.all(all.map(sign)))
}

/** PEM: whom the agents trust to be the gateway. */
export function readCertificateAuthority(folders: Folders): string {
  return readFileSync(join(folders.keys, 'ca.pem'), 'utf8')
}

/** libpq's password file, so that no token stands in a command line or a history. @returns the file */
export function writePasswordFile(
  folders: Folders,
  gateway: { readonly port: number },
  tokens: { readonly [name in AgentName]: string },
): string {
  const file = join(folders.base, 'pgpass')
  const lines = Object.entries(tokens).map(([name, token]) => `*:${gateway.port}:*:${name}@orders-db:${token}\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  return file
}
