import { isIP } from 'node:net'
import { CliError } from '../errors.ts'
import type { Report } from '../report/report.ts'
import type { NewFile } from './write-new.ts'

export type KeyUse = 'bundle' | 'trail' | 'tls' | 'token'

export interface GeneratedFiles {
  readonly files: readonly NewFile[]
  readonly keyId?: string
  /** What to put where. */
  readonly snippet?: { readonly where: string; readonly text: string }
}

/** RFC 1123, and a wildcard as the first label. */
const hostForm = /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/

/**
 * Fresh keys for a use, as files that are not written yet.
 *
 * @throws CliError `ERR_USAGE` for a host that is none
 */
export async function generateFiles(
  use: KeyUse,
  tls: { readonly host: readonly string[]; readonly expiresInMs: number },
  now: number,
): Promise<GeneratedFiles> {
  const odd = tls.host.find(name => isIP(name) === 0 && !hostForm.test(name))
  if (odd !== undefined) throw new CliError('ERR_USAGE', `\`${odd}\` is no host name and no address`)
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
