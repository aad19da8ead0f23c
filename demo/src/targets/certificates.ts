import * as certificates from '@cedargate/cli/certificates'

export type { Issued, Validity } from '@cedargate/cli/certificates'

/** A certificate authority for a demo or a test; it lives as long as the process. */
export interface CertificateAuthority {
  readonly pem: string
  /** @param validity from a minute ago for a day unless given */
  issue(
    names: readonly string[],
    validity?: certificates.Validity,
    of?: 'server' | 'client',
    organization?: string,
  ): Promise<certificates.Issued>
}

const dayMs = 86_400_000

/** Makes a self-signed authority. `issue` gives server certificates for DNS names and IP addresses. */
export async function createCertificateAuthority(name = 'Cedargate demo CA'): Promise<CertificateAuthority> {
  const { pem, issue } = await certificates.createCertificateAuthority(name, aDay())
  return {
    pem,
    issue: (names, validity = aDay(), of = 'server', organization) => issue(names, validity, of, organization),
  }
}

function aDay(): certificates.Validity {
  return { notBefore: Date.now() - 60_000, notAfter: Date.now() + dayMs }
}
