import type { Report } from '../report/report.ts'
import type { NewFile } from './write-new.ts'

export type KeyUse = 'bundle' | 'trail' | 'tls' | 'token'

export interface GeneratedFiles {
  readonly files: readonly NewFile[]
  readonly keyId?: string
  /** What to put where. */
  readonly snippet?: { readonly where: string; readonly text: string }
}

/** Fresh keys for a use, as files that are not written yet. */
export async function generateFiles(
  use: KeyUse,
  tls: { readonly host: readonly string[]; readonly expiresInMs: number },
  now: number,
): Promise<GeneratedFiles> {
  if (use === 'tls') return tlsFiles(tls.host, tls.expiresInMs, now)
  return use === 'token' ? tokenFiles() : signingFiles(use)
}

async function signingFiles(use: 'bundle' | 'trail'): Promise<GeneratedFiles> {
  const { generateSigningKey } = await import('@cedargate/policy-schema')
  const { id, privatePem, publicPem } = generateSigningKey()
  return {
    keyId: id,
    files: [
      { name: `${use}.key`, text: privatePem, secret: true },
      { name: `${use}.pub`, text: publicPem, secret: false },
    ],
  }
}

async function tlsFiles(hosts: readonly string[], expiresInMs: number, now: number): Promise<GeneratedFiles> {
  const { generateTls } = await import('./tls.ts')
  const { caPem, caKeyPem, serverPem, serverKeyPem } = await generateTls(hosts, expiresInMs, now)
  return {
    files: [
      { name: 'ca.pem', text: caPem, secret: false },
      { name: 'ca.key', text: caKeyPem, secret: true },
      { name: 'server.pem', text: serverPem, secret: false },
      { name: 'server.key', text: serverKeyPem, secret: true },
    ],
  }
}

async function tokenFiles(): Promise<GeneratedFiles> {
  const { generateTokenKey } = await import('./token.ts')
  const { privatePem, jwk } = await generateTokenKey()
  const { kty, crv, x, kid = '' } = jwk
  return {
    keyId: kid,
    files: [
      { name: 'token.key', text: privatePem, secret: true },
      { name: 'token.jwks.json', text: `${JSON.stringify({ keys: [jwk] }, undefined, 2)}\n`, secret: false },
    ],
    snippet: {
      where: 'identities.yaml, under keySets:',
      text: `  development:\n    - { kty: ${kty}, crv: ${crv}, kid: ${kid}, x: ${x} }`,
    },
  }
}

export function toKeysReport(use: KeyUse, made: GeneratedFiles, paths: readonly string[]): Report {
  const { files, keyId, snippet } = made
  return {
    name: 'keys',
    data: {
      use,
      files: paths,
      ...(keyId === undefined ? {} : { keyId }),
      ...(snippet === undefined ? {} : { snippet }),
    },
    pretty: style =>
      [
        ...paths.map(
          (path, index) =>
            `${style.green('created')} ${path}${files[index]?.secret ? style.dim('  only you can read it') : ''}`,
        ),
        ...(keyId === undefined ? [] : [`key id  ${keyId}`]),
        ...(snippet === undefined ? [] : ['', `${snippet.where}`, snippet.text]),
      ].join('\n'),
  }
}
