import { createSecureContext, type SecureContext } from 'node:tls'
import type { ClientCertificate } from '../../core/contract.ts'

/** PEM, all of what TLS to a target is made from. */
export interface TargetTrust {
  /** The system's authorities where there is none. */
  readonly ca?: string | undefined
  /** What we show of ourselves. */
  readonly certificate?: ClientCertificate | undefined
}

/** That are kept ready: more than a gateway has targets. */
const maxKept = 100

/**
 * Whoever trusts and shows the same, to the letter, gets the same context: a connection with one of its own would hold the
 * parsed authorities again, some 50 KB.
 */
export function createTargetContexts(): (of: TargetTrust) => SecureContext {
  const kept = new Map<string, SecureContext>()
  return ({ ca, certificate }) => {
    const { cert, key } = certificate ?? {}
    const all = JSON.stringify([ca, cert, key])
    const known = kept.get(all)
    if (known !== undefined) return known
    const context = createSecureContext({ ...(ca !== undefined && { ca }), ...certificate, minVersion: 'TLSv1.2' })
    if (kept.size >= maxKept) kept.clear()
    kept.set(all, context)
    return context
  }
}
