import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { ClientCertificate } from '../core/contract.ts'
import { GatewayError } from '../core/errors.ts'

const run = promisify(execFile)
/** A command that gives a secret must not hold up a login for longer. */
const limits = { timeout: 10_000, killSignal: 'SIGKILL', maxBuffer: 8192 } as const

export type CredentialCode = 'ERR_CREDENTIAL_UNKNOWN' | 'ERR_CREDENTIAL_HOST' | 'ERR_CREDENTIAL_READ'

/** Where a secret is: one of the four. Never in the policy repository. */
export interface CredentialSource {
  readonly file?: string
  readonly env?: string
  /** Program and arguments; its standard output, without the last newline. No shell. */
  readonly command?: readonly string[]
  /** PEM files, in place of a secret. */
  readonly certificate?: string
  readonly key?: string
  /** The hosts that it may be shown to, compared exactly. */
  readonly hosts: readonly string[]
}

/** Secrets that live long, by the name that `targets.yaml` uses. */
export interface StaticCredentials {
  /** @throws GatewayError `ERR_CREDENTIAL_UNKNOWN`, `ERR_CREDENTIAL_HOST` */
  check(name: string, host: string): void
  /** Read anew each time, so that a rotated secret holds from the next login on. @throws GatewayError<CredentialCode> */
  secret(name: string, host: string): Promise<string>
  /** `undefined` where it is no certificate. Read anew each time. @throws GatewayError<CredentialCode> */
  certificate(name: string, host: string): Promise<ClientCertificate | undefined>
}

export function createStaticCredentials(
  sources: { readonly [name: string]: CredentialSource },
  environment: { readonly [name: string]: string | undefined },
): StaticCredentials {
  const known = new Map(Object.entries(sources))
  const check = (name: string, host: string): CredentialSource => {
    const source = known.get(name)
    if (source === undefined)
      throw new GatewayError<CredentialCode>(
        'ERR_CREDENTIAL_UNKNOWN',
        `no credential \`${name}\` is configured, next: name it under \`credentials:\` in gateway.yaml`,
      )
    if (!source.hosts.includes(host))
      throw new GatewayError<CredentialCode>(
        'ERR_CREDENTIAL_HOST',
        `credential \`${name}\` may not be shown to host \`${host}\`, next: add it to the credential's \`hosts:\` if it should`,
      )
    return source
  }
  return {
    check,
    async secret(name, host) {
      const source = check(name, host)
      return await readable(name, async () => {
        const secret = (await read(source, environment)).replace(/\r?\n$/, '')
        if (secret === '') throw new Error('it is empty')
        return secret
      })
    },
    async certificate(name, host) {
      const { certificate, key } = check(name, host)
      if (certificate === undefined || key === undefined) return undefined
      return await readable(name, async () => {
        // others on this machine could log in with it
        if (((await stat(key)).mode & 0o077) !== 0) throw new Error(`\`${key}\` is not of mode 0600`)
        return { cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
      })
    },
  }
}

async function readable<Read>(name: string, reading: () => Promise<Read>): Promise<Read> {
  try {
    return await reading()
  } catch (cause) {
    throw new GatewayError<CredentialCode>('ERR_CREDENTIAL_READ', `credential \`${name}\` cannot be read`, { cause })
  }
}

async function read(
  source: CredentialSource,
  environment: { readonly [name: string]: string | undefined },
): Promise<string> {
  if (source.file !== undefined) return await readFile(source.file, 'utf8')
  if (source.env !== undefined) return environment[source.env] ?? ''
  const [program, ...parameters] = source.command ?? []
  if (program === undefined) throw new Error('it is a certificate, and a secret was asked for')
  const { stdout } = await run(program, parameters, limits).catch(
    ({ code, signal }: { readonly code?: string | number; readonly signal?: string }) => {
      // never the error itself: it holds the arguments and all that the command wrote, and causes are logged
      throw new Error(`\`${program}\` ended with ${signal ?? code}`)
    },
  )
  return stdout
}
