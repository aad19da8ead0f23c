// x509's container needs it first.
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

export interface TlsFiles {
  readonly caPem: string
  readonly caKeyPem: string
  readonly serverPem: string
  readonly serverKeyPem: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const caLifeMs = 10 * 365 * 86_400_000
/** Clocks of clients run behind. */
const skewMs = 5 * 60_000

/**
 * A certificate authority of one's own and a server certificate under it, for development and for a mesh without another.
 *
 * @param hosts DNS names and addresses of the server, at least one
 * @param now ms since the epoch
 */
export async function generateTls(hosts: readonly string[], expiresInMs: number, now: number): Promise<TlsFiles> {
  const [caKeys, serverKeys] = await Promise.all([generateKeys(), generateKeys()])
  const notBefore = new Date(now - skewMs)
  const name = 'CN=Cedargate development CA'
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name,
    notBefore,
    notAfter: new Date(now + caLifeMs),
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey, false),
    ],
  })
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [hosts[0] ?? 'localhost'] }],
    issuer: name,
    notBefore,
    notAfter: new Date(now + expiresInMs),
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map(value => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey, false),
      await x509.SubjectKeyIdentifierExtension.create(serverKeys.publicKey, false),
    ],
  })
  return {
    caPem: `${ca.toString('pem')}\n`,
    caKeyPem: await toPem(caKeys.privateKey),
    serverPem: `${server.toString('pem')}\n`,
    serverKeyPem: await toPem(serverKeys.privateKey),
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

/** Positive and unique, as RFC 5280 wants it. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

async function toPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
}
