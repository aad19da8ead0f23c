import { createCertificateAuthority } from './certificates.ts'

export interface TlsFiles {
  readonly caPem: string
  readonly caKeyPem: string
  readonly serverPem: string
  readonly serverKeyPem: string
}

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
  const notBefore = now - skewMs
  const authority = await createCertificateAuthority('Cedargate development CA', {
    notBefore,
    notAfter: now + caLifeMs,
  })
  const server = await authority.issue(hosts, { notBefore, notAfter: now + expiresInMs })
  return {
    caPem: authority.pem,
    caKeyPem: authority.keyPem,
    serverPem: server.certPem,
    serverKeyPem: server.keyPem,
  }
}
