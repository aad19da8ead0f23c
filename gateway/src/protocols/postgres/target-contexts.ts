import { createSecureContext, type SecureContext } from 'node:tls'

/** Authorities that are kept ready: more than a gateway has targets. */
const maxKept = 100

/**
 * What TLS to a target is made from, by the PEM of its authorities; the system's where there is none. One for all its
 * connections: each of its own would hold the parsed authorities again, 100 KB and more.
 */
export function createTargetContexts(): (ca: string | undefined) => SecureContext {
  const kept = new Map<string | undefined, SecureContext>()
  return ca => {
    const known = kept.get(ca)
    if (known !== undefined) return known
    const context = createSecureContext({ ...(ca !== undefined && { ca }), minVersion: 'TLSv1.2' })
    if (kept.size >= maxKept) kept.clear()
    kept.set(ca, context)
    return context
  }
}
