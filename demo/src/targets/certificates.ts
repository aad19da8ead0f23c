import 'reflect-metadata' // @peculiar/x509 wants it before itself
import { KeyObject, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0])

/** A certificate authority for a demo or a test; it lives as long as the process. */
export interface CertificateAuthority {
  readonly pem: string
  issue(names: readonly string[], validity?: Validity): Promise<Issued>
}
export interface Issued {
  readonly certPem: string
  readonly keyPem: string
}
/** From when until when, in ms since the epoch. From a minute ago for a day unless given. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000

/** Makes a self-signed authority. `issue` gives server certificates for DNS names and IP addresses. */
export async function createCertificateAuthority(name = 'Cedargate demo CA'): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=${name}`,
    ...dates(),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return {
    pem: `${authority.toString('pem')}\n`,
    async issue(names, validity) {
      const leaf = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: `CN=${names[0] ?? 'server'}`,
        issuer: authority.subject,
        ...dates(validity),
        signingAlgorithm: algorithm,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map(value => ({ type: isAddress(value) ? 'ip' : 'dns', value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      })
      const keyPem = KeyObject.from(leaf.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
      return { certPem: `${certificate.toString('pem')}\n`, keyPem }
    },
  }
}

const isAddress = (name: string) => /^[\d.]+$|:/.test(name)
/** Positive in DER: the first nibble keeps the sign bit clear. */
const serial = () => `4${randomBytes(16).toString('hex').slice(1)}`
const dates = (validity: Validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + dayMs }) => ({
  notBefore: new Date(validity.notBefore),
  notAfter: new Date(validity.notAfter),
})
