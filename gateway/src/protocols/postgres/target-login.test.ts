import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority, startPostgres } from '@cedargate/demo'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ClientCertificate } from '../../core/contract.ts'
import { createTargetContexts } from './target-contexts.ts'
import { openUpstream, type TargetLogin } from './upstream.ts'

// a server that takes each login its own way
const folder = mkdtempSync(join(tmpdir(), 'cedargate-logins-'))
chmodSync(folder, 0o755)
const authority = await createCertificateAuthority('Clients')
const stranger = await createCertificateAuthority('Strangers')
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text, { mode: 0o644 })
  return join(folder, name)
}
const server = await startPostgres({
  settings: {
    ssl_ca_file: file('ca.pem', authority.pem),
    hba_file: file(
      'pg_hba.conf',
      `hostssl all weak 127.0.0.1/32 md5
      hostssl all certified 127.0.0.1/32 cert
      hostssl all twice 127.0.0.1/32 scram-sha-256 clientcert=verify-full
      hostssl all open 127.0.0.1/32 trust
      hostssl all clear 127.0.0.1/32 password
      hostssl all all 127.0.0.1/32 scram-sha-256
`,
    ),
  },
  setup: `set password_encryption = 'md5'; create role weak login password 'weak one';
    set password_encryption = 'scram-sha-256';
    create role strong login password 'strong one'; create role clear login password 'clear one';
    create role certified login; create role twice login password 'twice one'; create role open login`,
})
const tls = { mode: 'verify-full', ...(server.ca === undefined ? {} : { ca: server.ca }) } as const

function outcome(user: string, more: Partial<TargetLogin> = {}): Promise<string> {
  const { host, port } = server
  const login = { host, port, tls, user, database: 'postgres', parameters: {}, deadlineMs: 5000 }
  return openUpstream({ ...login, secret: async () => `${user} one`, ...more }).then(
    ({ socket }) => {
      socket.destroy()
      return 'open'
    },
    error => error.code,
  )
}

const day = 86_400_000
const validity = { notBefore: Date.now() - day, notAfter: Date.now() + day }
async function certificate(name: string, by = authority, validFor = validity): Promise<Partial<TargetLogin>> {
  const { certPem, keyPem } = await by.issue([name], validFor, 'client')
  const shown: ClientCertificate = { cert: certPem, key: keyPem }
  return { certificate: async () => shown }
}

let suites = 2
const logins = suite('a target is logged in to')
logins('by SCRAM, with nothing said', async () => assert.is(await outcome('strong'), 'open'))
logins('by MD5, where that is said', async () => assert.is(await outcome('weak', { auth: ['scram', 'md5'] }), 'open'))
logins('by SCRAM, where MD5 may be too', async () => {
  assert.is(await outcome('strong', { auth: ['scram', 'md5'] }), 'open')
})
logins('by a certificate', async () => assert.is(await outcome('certified', await certificate('certified')), 'open'))

const shared = createTargetContexts()
for (const [what, user, more, code] of [
  ['by a certificate', 'certified', await certificate('certified'), 'open'],
  ['without it: nobody else shows it', 'certified', {}, 'ERR_TARGET_REFUSED'],
  ["by somebody else's", 'certified', await certificate('twice'), 'ERR_TARGET_REFUSED'],
  ['by a secret', 'strong', {}, 'open'],
  ['where another authority is trusted by now', 'strong', { tls: { ...tls, ca: stranger.pem } }, 'ERR_TARGET_TLS'],
  [
    '… and no certificate changes that',
    'certified',
    { ...(await certificate('certified')), tls: { ...tls, ca: stranger.pem } },
    'ERR_TARGET_TLS',
  ],
  ['where no authority is named any more', 'strong', { tls: { mode: 'verify-full' } }, 'ERR_TARGET_TLS'],
  ['where the first is trusted again', 'strong', {}, 'open'],
] as const)
  logins(`by connections that share what their TLS is made from, ${what}: ${code}`, async () => {
    assert.is(await outcome(user, { context: shared, ...more }), code)
  })
logins('by one context for all that trust and show the same', async () => {
  const shown = (await (await certificate('certified')).certificate?.()) as ClientCertificate
  const { ca } = server
  assert.is(shared({ ca }), shared({ ca }))
  assert.is(shared({ ca, certificate: shown }), shared({ ca, certificate: { ...shown } }))
  const others = [{ ca }, { ca: stranger.pem }, {}, { ca, certificate: shown }, { certificate: shown }]
  assert.is(new Set(others.map(shared)).size, others.length)
})
logins.after(ended)
logins.run()

const refusals = suite('a target is not logged in to')
for (const [what, user, more, code] of [
  ['by MD5, with nothing said', 'weak', {}, 'ERR_TARGET_AUTH'],
  ['by MD5 with a wrong password', 'weak', { auth: ['md5'], secret: async () => 'wrong' }, 'ERR_TARGET_REFUSED'],
  ['by SCRAM, where only MD5 may be', 'strong', { auth: ['md5'] }, 'ERR_TARGET_AUTH'],
  ['by a cleartext password', 'clear', { auth: ['scram', 'md5'] }, 'ERR_TARGET_AUTH'],
  ['that trusts everybody', 'open', { auth: ['scram', 'md5'] }, 'ERR_TARGET_AUTH'],
  ['that wants a certificate, with a secret', 'certified', {}, 'ERR_TARGET_REFUSED'],
  ['by a certificate for somebody else', 'certified', await certificate('twice'), 'ERR_TARGET_REFUSED'],
  ['by a certificate of another authority', 'certified', await certificate('certified', stranger), 'ERR_TARGET_'],
  [
    'by a certificate that has expired',
    'certified',
    await certificate('certified', authority, { ...validity, notAfter: Date.now() - day / 2 }),
    'ERR_TARGET_',
  ],
  ['that asks for a secret, with a certificate', 'twice', await certificate('twice'), 'ERR_TARGET_AUTH'],
  [
    'by a certificate in the clear',
    'certified',
    { ...(await certificate('certified')), tls: { mode: 'disable' } },
    'ERR_TARGET_TLS',
  ],
  [
    'with a certificate that is none',
    'certified',
    { certificate: async () => ({ cert: 'x', key: 'y' }) },
    'ERR_TARGET_TLS',
  ],
] as const)
  refusals(what, async () => assert.match(await outcome(user, more), new RegExp(`^${code}`)))
refusals.after(ended)
refusals.run()

/** Both suites run at a time, and either may end last. */
async function ended() {
  suites -= 1
  if (suites > 0) return
  await server.stop()
  rmSync(folder, { recursive: true })
}
