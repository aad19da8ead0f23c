/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the client's side.
 *
 * @see RFC 5802, RFC 7677, RFC 5929 section 4 (tls-server-end-point); PostgreSQL 18, 54.3 SASL Authentication
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import saslprep from 'saslprep'
import { GatewayError } from '../../core/errors.ts'

export type ScramCode =
  | 'ERR_SCRAM_MECHANISM'
  | 'ERR_SCRAM_MESSAGE'
  | 'ERR_SCRAM_NONCE'
  | 'ERR_SCRAM_ITERATIONS'
  | 'ERR_SCRAM_SIGNATURE'
  | 'ERR_SCRAM_BINDING'

/** Fewer make the secret cheap to guess from what was seen on the wire; more let a target keep us busy. */
export const iterations = { min: 4096, max: 1_000_000 }

export interface Scram {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS'
  readonly first: string
  /** The answer to the server's first message. */
  proof(serverFirst: string): Promise<string>
  /** Whether the server knows the secret too. @throws `ERR_SCRAM_SIGNATURE` */
  verify(serverFinal: string): void
}

const derive = promisify(pbkdf2)
const mac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()

/**
 * Chooses the mechanism and begins. A target that offers channel binding over TLS gets it: otherwise whoever relays
 * between us and it could be terminating our TLS.
 *
 * @param certificate the target's, DER; `undefined` without TLS
 */
export function createScram(
  offered: readonly string[],
  password: string,
  certificate: Buffer | undefined,
  nonce = randomBytes(18).toString('base64'),
): Scram {
  const plus = certificate !== undefined && offered.includes('SCRAM-SHA-256-PLUS')
  if (!plus && !offered.includes('SCRAM-SHA-256')) {
    const text = `the target offers \`${offered.join(', ')}\`, next: set password_encryption and pg_hba.conf to scram-sha-256`
    throw new GatewayError<ScramCode>('ERR_SCRAM_MECHANISM', text)
  }
  // `y` says: I could bind, but you did not offer it. A relay that removed the offer is found out by the server.
  const gs2 = plus ? 'p=tls-server-end-point,,' : certificate === undefined ? 'n,,' : 'y,,'
  const binding = plus ? Buffer.concat([Buffer.from(gs2), endPoint(certificate)]) : Buffer.from(gs2)
  const bare = `n=*,r=${nonce}` // PostgreSQL takes the user from the startup message and ignores this one
  let expected: Buffer | undefined

  return {
    mechanism: plus ? 'SCRAM-SHA-256-PLUS' : 'SCRAM-SHA-256',
    first: gs2 + bare,
    async proof(serverFirst) {
      const { r, s, i } = attributes(serverFirst, ['r', 's', 'i'])
      if (!r.startsWith(nonce) || r.length === nonce.length)
        throw new GatewayError<ScramCode>('ERR_SCRAM_NONCE', 'the target did not continue our nonce')
      const rounds = /^[1-9]\d{0,9}$/.test(i) ? Number(i) : 0
      if (rounds < iterations.min || rounds > iterations.max) {
        const text = `the target asks for \`${i}\` iterations, next: set scram_iterations between ${iterations.min} and ${iterations.max} and the password anew`
        throw new GatewayError<ScramCode>('ERR_SCRAM_ITERATIONS', text)
      }
      const salted = await derive(prepared(password), base64(s), rounds, 32, 'sha256')
      const clientKey = mac(salted, 'Client Key')
      const last = `c=${binding.toString('base64')},r=${r}`
      const signed = `${bare},${serverFirst},${last}`
      const signature = mac(sha256(clientKey), signed)
      expected = mac(mac(salted, 'Server Key'), signed)
      const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
      return `${last},p=${proof.toString('base64')}`
    },
    verify(serverFinal) {
      const { v } = attributes(serverFinal, ['v'])
      const given = base64(v)
      if (expected === undefined || given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new GatewayError<ScramCode>('ERR_SCRAM_SIGNATURE', 'the target did not prove that it knows the secret')
    },
  }
}

/** PostgreSQL falls back to the bytes as they are where SASLprep refuses them. */
function prepared(password: string): string {
  try {
    return saslprep(password)
  } catch {
    return password
  }
}

function attributes<Name extends string>(text: string, names: readonly Name[]): Record<Name, string> {
  const found = new Map(text.split(',').map(part => [part.slice(0, 1), part.charAt(1) === '=' ? part.slice(2) : '']))
  const picked = names.map(name => [name, found.get(name) ?? ''] as const)
  if (text.length > 4096 || found.has('e') || found.has('m') || picked.some(([, value]) => value === ''))
    throw new GatewayError<ScramCode>('ERR_SCRAM_MESSAGE', 'the target sent a SCRAM message that is none')
  return Object.fromEntries(picked) as Record<Name, string>
}

function base64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== text)
    throw new GatewayError<ScramCode>('ERR_SCRAM_MESSAGE', 'the target sent a SCRAM message that is none')
  return bytes
}

/** The certificate's hash, by the hash of its own signature; SHA-256 where that is MD5 or SHA-1. */
export function endPoint(certificate: Buffer): Buffer {
  const algorithm = new X509Certificate(certificate).signatureAlgorithm ?? ''
  const found = /(md5|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512)/i.exec(algorithm)?.[1]?.toLowerCase().replace('-', '')
  if (found === undefined) {
    const text = `the target's certificate is signed by \`${algorithm}\`, which names no hash to bind to, next: use an RSA or ECDSA certificate`
    throw new GatewayError<ScramCode>('ERR_SCRAM_BINDING', text)
  }
  return createHash(found === 'md5' || found === 'sha1' ? 'sha256' : found)
    .update(certificate)
    .digest()
}
