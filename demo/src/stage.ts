import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { together } from './begin.ts'
import { mustCedargate } from './cedargate.ts'
import type { Identity, Play, Scenery } from './play.ts'
import type { PolicyRepository } from './policy-repository.ts'

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

/** The keys of everything that signs, by the tool itself. */
export async function createKeys(folders: Folders): Promise<void> {
  await together(
    ['bundle', 'token', 'tls'].map(use =>
      mustCedargate(folders.base, ['keys', 'generate', '--for', use, '--out', 'keys']),
    ),
  )
}

/** The template names a target that does not exist, and a key that nobody has. */
export function adaptTemplate(repository: PolicyRepository, { targets }: Scenery, folders: Folders): void {
  const { keys } = JSON.parse(readFileSync(join(folders.keys, 'token.jwks.json'), 'utf8')) as {
    keys: readonly [{ readonly x: string; readonly kid: string }]
  }
  const { x, kid } = keys[0]
  const key = `    - { kty: OKP, crv: Ed25519, kid: "${kid}", x: "${x}" }`
  repository.replaceLine('identities.yaml', /^ +- \{ kty: OKP.*$/m, key)
  for (const [line, by] of targets) repository.replaceLine('targets.yaml', line, by)
}

/** What an operator of the gateway writes. @returns the file */
export function writeGatewayConfig(folders: Folders, { protocol }: Play, { credentials }: Scenery): string {
  const file = join(folders.base, 'gateway.yaml')
  writeFileSync(
    file,
    `state: state
listen:
  ${protocol}: { address: "127.0.0.1:0", tls: { certificate: keys/server.pem, key: keys/server.key } }
control: { address: "127.0.0.1:0" }
bundle: { folder: bundles, keys: [keys/bundle.pub], audience: ${audience}, repository: ${protocol}-policies }
trail: { folder: trail }
credentials:
${Object.entries(credentials)
  .map(([name, credential]) => `  ${name}: ${JSON.stringify(credential)}`)
  .join('\n')}
`,
  )
  return file
}

/** What the agents' issuer vouches for, for twelve hours. */
export async function signTokens(folders: Folders, { agents }: Play): Promise<{ readonly [name: string]: string }> {
  const sign = async ([name, { agent, role, task }]: readonly [string, Identity]) => [
    name,
    await mustCedargate(folders.base, [
      ...['token', 'sign', '--key', 'keys/token.key', '--issuer', tokenIssuer, '--audience', tokenAudience],
      ...['--agent', agent, '--role', role, '--task-id', task.id, '--task-kind', task.kind, '--expires-in', '12h'],
    ]),
  ]
  return Object.fromEntries(await together(Object.entries(agents).map(sign)))
}

/** PEM: whom the agents trust to be the gateway. */
export function readCertificateAuthority(folders: Folders): string {
  return readFileSync(join(folders.keys, 'ca.pem'), 'utf8')
}
