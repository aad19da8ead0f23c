// x509's container needs it first.
import 'reflect-metadata'
import { KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0])

/** A certificate authority of one's own: for development, for tests, for a mesh without another. */
export interface CertificateAuthority {
  readonly pem: string
  readonly keyPem: string
  /** A server's certificate for DNS names and addresses, at least one; a client's is for its first name. `server` unless given. */
  issue(names: readonly string[], validity: Validity, of?: 'server' | 'client', organization?: string): Promise<Issued>
}
export interface Issued {
  readonly certPem: string
  readonly keyPem: string
}
/** From when until when, in ms since the epoch. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/**
 * Makes a self-signed authority that may sign servers only, no other authority.
 *
 * @see RFC 5280
 */
export async function createCertificateAuthority(name: string, validity: Validity): Promise<CertificateAuthority> {
  const keys = await generateKeys()
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [name] }],
    ...dates(validity),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  })
  return {
    pem: certificatePem(authority),
    keyPem: privatePem(keys),
    async issue(names, validity, of = 'server', organization) {
      const leaf = await generateKeys()
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: [{ CN: [names[0] ?? 'localhost'] }, ...(organization === undefined ? [] : [{ O: [organization] }])],
        issuer: authority.subject,
        ...dates(validity),
        signingAlgorithm: algorithm,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[`${of}Auth`]]),
          new x509.SubjectAlternativeNameExtension(
            names.map(value => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false),
          await x509.SubjectKeyIdentifierExtension.create(leaf.publicKey, false),
        ],
      })
      return { certPem: certificatePem(certificate), keyPem: privatePem(leaf) }
    },
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function dates({ notBefore, notAfter }: Validity) {
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) }
}

/** Positive and unique, as RFC 5280 wants it. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function certificatePem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

function privatePem({ privateKey }: webcrypto.CryptoKeyPair): string {
  return KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
}
