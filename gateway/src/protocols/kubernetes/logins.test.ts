import type { IncomingMessage, ServerResponse } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Rig, startRig, valuesOf } from './rig.test-support.ts'

const path = '/clusters/prod/roles/account/api/v1/pods'
const asksForToken = (url = '') => url.endsWith('/serviceaccounts/deployer/token')

interface Given {
  rig: Rig
  clock: { ms: number }
}
const logins = suite<Given>('the login at a target')
logins.before(async context => {
  const clock = { ms: Date.now() }
  context.clock = clock
  context.rig = await startRig({ now: () => clock.ms })
})
logins.before.each(({ rig, clock }) => {
  clock.ms += 3_600_000 // nothing of the last test holds any more
  for (const list of [rig.seen, rig.log, rig.door.decisions]) list.length = 0
  let tokens = 0
  rig.answer = (request, response) => {
    if (!asksForToken(request.url)) return void response.end('{}')
    tokens += 1
    issue(`token-${tokens}`, clock.ms + 3_600_000, response)
  }
})
logins.after(({ rig }) => rig.stop())

function issue(token: string, expiresAt: number, response: ServerResponse<IncomingMessage>): void {
  const status = { token, expirationTimestamp: new Date(expiresAt).toISOString() }
  response.writeHead(201, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec: {}, status }))
}
const asked = ({ seen }: Rig) => seen.filter(({ url }) => asksForToken(url))
const shown = ({ seen }: Rig) =>
  seen.filter(({ url }) => !asksForToken(url)).map(({ headers }) => valuesOf(headers, 'authorization').join())

logins('is a token of the service account, asked for once for all calls that need it', async ({ rig }) => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => rig.fetch(path)))
  assert.equal([...new Set(answers.map(({ status }) => status))], [200])
  const [question, ...more] = asked(rig)
  assert.equal(more, [])
  assert.is(question?.url, '/api/v1/namespaces/gate/serviceaccounts/deployer/token')
  assert.equal(valuesOf(question?.headers ?? [], 'authorization'), ['Bearer the secret of the gateway'])
  assert.is(JSON.parse(question?.body ?? '').spec.expirationSeconds, 3600)
  assert.equal([...new Set(shown(rig))], ['Bearer token-1'])
})

logins('is renewed ten minutes before it expires', async ({ rig, clock }) => {
  await rig.fetch(path)
  clock.ms += 50 * 60_000 - 1000
  await rig.fetch(path)
  clock.ms += 2000
  await rig.fetch(path)
  assert.equal(shown(rig), ['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
})

logins('is asked for anew where the target does not take it', async ({ rig }) => {
  const { answer } = rig
  rig.answer = (request, response, body) => {
    if (asksForToken(request.url)) answer(request, response, body)
    else response.writeHead(401).end()
  }
  assert.is((await rig.fetch(path)).status, 401)
  assert.is((await rig.fetch(path)).status, 401)
  assert.equal(shown(rig), ['Bearer token-1', 'Bearer token-2'])
})

for (const [what, answer] of [
  ['refuses it', (response: ServerResponse) => response.writeHead(403).end('{"secret of the target":1}')],
  ['answers garbage', (response: ServerResponse) => response.end('{')],
  ['gives none', (response: ServerResponse) => response.writeHead(201).end('{}')],
  [
    'leads elsewhere',
    (response: ServerResponse) => response.writeHead(307, { Location: 'http://169.254.169.254/x' }).end(),
  ],
  ['says too much', (response: ServerResponse) => response.writeHead(201).end(Buffer.alloc(300_000))],
] as const)
  logins(
    `is missing where the target ${what}: the call is not passed on, and the next one asks again`,
    async ({ rig }) => {
      rig.answer = (_request, response) => answer(response)
      const { status, body } = await rig.fetch(path)
      assert.is(status, 503)
      assert.is(JSON.parse(body).details.causes[0].reason, 'ERR_TARGET_TOKEN')
      assert.equal(rig.door.decisions[0]?.results, [{ bytes: 0, status: 'ERR_TARGET_TOKEN' }])
      assert.is(rig.log[0]?.code, 'ERR_TARGET_TOKEN')
      assert.not.match(JSON.stringify(rig.log) + body, /secret/)
      const before = asked(rig).length
      await rig.fetch(path)
      assert.is(asked(rig).length, before + 1)
      assert.equal(shown(rig), [])
    },
  )

logins('is shown with whom the client wants to appear as, where that was let through', async ({ rig }) => {
  const { status } = await rig.fetch(path, { headers: { 'Impersonate-User': 'jane', 'impersonate-group': 'shop' } })
  assert.is(status, 200)
  const headers = rig.seen.at(-1)?.headers ?? []
  assert.equal(valuesOf(headers, 'impersonate-user'), ['jane'])
  assert.equal(valuesOf(headers, 'impersonate-group'), ['shop'])
  assert.equal(valuesOf(asked(rig)[0]?.headers ?? [], 'impersonate-user'), [])
})

logins('is waited for while the policies change: the call is decided again before it is passed on', async ({ rig }) => {
  const { answer } = rig
  rig.answer = (request, response, body) => {
    if (asksForToken(request.url)) rig.door.bundle = 'bundle-2'
    answer(request, response, body)
  }
  rig.door.rule = () => (rig.door.bundle === 'bundle-2' ? 'no more' : undefined)
  const { status } = await rig.fetch(path)
  assert.is(status, 403)
  assert.equal(
    rig.door.decisions.map(({ results }) => results),
    [[{ bytes: 0, status: 'aborted' }], []],
  )
  assert.equal(shown(rig), [])
  rig.door.rule = () => undefined
})

logins('is asked for only of whom the certificate verifies, whatever the environment says', async () => {
  const rig = await startRig({}, { tls: {} })
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    const { status, body } = await rig.fetch(path)
    assert.is(status, 503)
    assert.is(JSON.parse(body).details.causes[0].reason, 'ERR_TARGET_TOKEN')
    assert.is(rig.seen.length, 0)
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    await rig.stop()
  }
})

logins.run()
