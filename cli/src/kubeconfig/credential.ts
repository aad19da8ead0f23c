import { CliError } from '../errors.ts'

/**
 * What kubectl reads of a credential plugin. It asks again once the token has expired.
 *
 * @throws CliError `ERR_USAGE` where there is no token
 */
export function toExecCredential(given: string | undefined): string {
  const token = given?.trim() ?? ''
  if (token === '')
    throw new CliError('ERR_USAGE', 'there is no token, next: set CEDARGATE_TOKEN, or name a file with --token-file')
  if (/[^!-~]/.test(token)) throw new CliError('ERR_USAGE', 'the token has characters that no token has')
  const expirationTimestamp = expiryOf(token)
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    status: { token, ...(expirationTimestamp !== undefined && { expirationTimestamp }) },
  })
}

/** As the token says of itself, for kubectl to ask again in time. Nothing is verified here: that is the gateway's. */
function expiryOf(token: string): string | undefined {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown }
    if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined
    return new Date(exp * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  } catch {
    return undefined // no JWT: it is asked for once a command
  }
}
