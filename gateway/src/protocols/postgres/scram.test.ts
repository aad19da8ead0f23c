import { createHash, X509Certificate } from 'node:crypto'
import { createCertificateAuthority } from '@cedargate/demo'
import { continueSession } from 'pg/lib/crypto/sasl.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../core/has-code.test-support.ts'
import { createScram, endPoint } from './scram.ts'

// RFC 7677, section 3; the user name is PostgreSQL's `*`
const nonce = 'rOprNGfwEbeRWgbNEkqO'
const serverFirst = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
const { certPem } = await (await createCertificateAuthority()).issue(['localhost'])
const certificate = new X509Certificate(certPem).raw

const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    error => error.code,
  )

const scram = suite('SCRAM')

for (const [what, offered, tls, mechanism, first] of [
  ['without TLS does not bind', ['SCRAM-SHA-256'], false, 'SCRAM-SHA-256', 'n,,n=*,r='],
  [
    'without TLS does not bind even if asked to',
    ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'],
    false,
    'SCRAM-SHA-256',
    'n,,n=*,r=',
  ],
  [
    'in TLS binds where that is offered',
    ['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'],
    true,
    'SCRAM-SHA-256-PLUS',
    'p=tls-server-end-point,,n=*,r=',
  ],
  ['in TLS says that it could where it is not', ['SCRAM-SHA-256'], true, 'SCRAM-SHA-256', 'y,,n=*,r='],
] as const)
  scram(what, () => {
    const login = createScram(offered, 'pencil', tls ? certificate : undefined, nonce)
    assert.is(login.mechanism, mechanism)
    assert.is(login.first, first + nonce)
  })

for (const [mechanism, bound] of [
  ['SCRAM-SHA-256', false],
  ['SCRAM-SHA-256-PLUS', true],
] as const)
  scram(`${mechanism} proves and believes what node-postgres proves and believes`, async () => {
    const session = { mechanism, clientNonce: nonce, message: 'SASLInitialResponse', response: '', serverSignature: '' }
    const stream = bound ? { getPeerCertificate: () => ({ raw: certificate }) } : undefined
    await continueSession(session, 'pencil', serverFirst, stream)
    const login = createScram([mechanism], 'pencil', bound ? certificate : undefined, nonce)
    assert.is(await login.proof(serverFirst), session.response)
    login.verify(`v=${session.serverSignature}`)
  })

scram('binds to the certificate by the hash of its own signature', () => {
  assert.is(endPoint(certificate).toString('hex'), createHash('sha256').update(certificate).digest('hex'))
})

for (const [why, message, code] of [
  ['continues another nonce', serverFirst.replace('rOpr', 'xOpr'), 'ERR_SCRAM_NONCE'],
  ['adds nothing to the nonce', `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`, 'ERR_SCRAM_NONCE'],
  ['asks for one iteration', serverFirst.replace('4096', '1'), 'ERR_SCRAM_ITERATIONS'],
  ['asks for two thousand million iterations', serverFirst.replace('4096', '2000000000'), 'ERR_SCRAM_ITERATIONS'],
  ['counts iterations in words', serverFirst.replace('4096', 'many'), 'ERR_SCRAM_ITERATIONS'],
  ['has no salt', serverFirst.replace('s=', 'x='), 'ERR_SCRAM_MESSAGE'],
  ['has a salt that is no base64', serverFirst.replace('W22Z', '!!!!'), 'ERR_SCRAM_MESSAGE'],
  ['demands an extension', `m=more,${serverFirst}`, 'ERR_SCRAM_MESSAGE'],
  ['has no end', `${serverFirst},x=${'x'.repeat(5000)}`, 'ERR_SCRAM_MESSAGE'],
] as const)
  scram(`does not answer a target that ${why}`, async () => {
    const login = createScram(['SCRAM-SHA-256'], 'pencil', undefined, nonce)
    assert.is(await rejected(login.proof(message)), code)
  })

for (const [why, message, code] of [
  ['signs with another secret', `v=${Buffer.alloc(32).toString('base64')}`, 'ERR_SCRAM_SIGNATURE'],
  ['signs too short', 'v=AAAA', 'ERR_SCRAM_SIGNATURE'],
  ['reports an error', 'e=invalid-proof', 'ERR_SCRAM_MESSAGE'],
] as const)
  scram(`does not believe a target that ${why}`, async () => {
    const login = createScram(['SCRAM-SHA-256'], 'pencil', undefined, nonce)
    await login.proof(serverFirst)
    assert.throws(() => login.verify(message), hasCode(code))
  })

scram('does not believe a signature before it has asked for one', () => {
  const login = createScram(['SCRAM-SHA-256'], 'pencil', undefined, nonce)
  assert.throws(() => login.verify('v=AAAA'), hasCode('ERR_SCRAM_SIGNATURE'))
})

scram('is not spoken with a target that offers something else', () => {
  assert.throws(() => createScram(['SCRAM-SHA-1'], 'pencil', undefined), hasCode('ERR_SCRAM_MECHANISM'))
})

scram.run()
