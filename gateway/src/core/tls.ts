/** The gateway's own side of TLS. */
import { createSecureContext, type SecureContext } from 'node:tls'
import { GatewayError } from './errors.ts'

export type TlsCode = 'ERR_TLS_KEY'

/** What an adapter offers its clients. */
export interface ServerTls {
  /** `required`: no login outside TLS. `optional`: TLS for whoever asks. */
  readonly mode: 'required' | 'optional'
  /** Absent only where TLS is optional: it is then not offered. */
  readonly context?: SecureContext
}

/**
 * The listener's certificate chain and key as TLS 1.2 and later use them.
 *
 * @throws GatewayError `ERR_TLS_KEY` where they do not read or do not belong together
 */
export function createTlsContext(pem: {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}): SecureContext {
  try {
    return createSecureContext({ cert: pem.cert, key: pem.key, minVersion: 'TLSv1.2' })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError<TlsCode>(
      'ERR_TLS_KEY',
      `the certificate and its key do not make a TLS context: ${why}, next: check \`tls.cert\` and \`tls.key\``,
      { cause },
    )
  }
}
