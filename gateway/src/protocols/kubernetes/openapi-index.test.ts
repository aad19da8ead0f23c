import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isOpenApiIndex, withPrefix } from './openapi-index.ts'
import { prefix, type Rig, startRig, valuesOf } from './rig.test-support.ts'

const index = {
  paths: {
    'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=A1', more: 'kept' },
    'apis/odd': { serverRelativeURL: '//elsewhere.example/openapi' },
    'apis/none': null,
  },
  more: ['kept'],
}
const text = JSON.stringify(index)

const rewriting = suite('the index of OpenAPI v3')
rewriting('names its documents by where they lie at the gateway', () => {
  assert.equal(JSON.parse(String(withPrefix(Buffer.from(text), prefix))), {
    ...index,
    paths: {
      ...index.paths,
      'api/v1': { serverRelativeURL: `${prefix}/openapi/v3/api/v1?hash=A1`, more: 'kept' },
    },
  })
})
for (const other of ['', 'no JSON', '[]', 'null', '{"paths":[{"serverRelativeURL":"/x"}]}', '{"kind":"Status"}'])
  rewriting(`stays what it was where it is \`${other}\``, () =>
    assert.is(String(withPrefix(Buffer.from(other), prefix)), other),
  )
for (const [method, path, expected] of [
  ['GET', '/openapi/v3', true],
  ['GET', '/openapi/v3/', true],
  ['HEAD', '/openapi/v3', false],
  ['GET', '/openapi/v3/api/v1', false],
  ['GET', '/openapi/v2', false],
] as const)
  rewriting(`${expected ? 'is' : 'is not'} ${method} ${path}`, () =>
    assert.is(isOpenApiIndex({ method, path }), expected),
  )
rewriting.run()

const served = suite<{ rig: Rig }>('the index of OpenAPI v3 through the gateway')
served.before(async context => {
  context.rig = await startRig()
})
served.after(({ rig }) => rig.stop())

served('comes whole and readable, with the headers of the target', async ({ rig }) => {
  rig.seen.length = 0
  rig.answer = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length, Etag: '"A1"' })
    response.write(text.slice(0, 20))
    setImmediate(() => response.end(text.slice(20)))
  }
  const { status, head, body } = await rig.fetch(`${prefix}/openapi/v3`, { headers: { 'Accept-Encoding': 'gzip' } })
  assert.is(status, 200)
  assert.is(JSON.parse(body).paths['api/v1'].serverRelativeURL, `${prefix}/openapi/v3/api/v1?hash=A1`)
  assert.match(head, /etag: "A1"/i)
  assert.equal(head.match(/content-length: \d+/gi), [`Content-Length: ${body.length}`])
  assert.equal(valuesOf(rig.seen[0]?.headers ?? [], 'accept-encoding'), [])
  assert.equal(rig.door.decisions.at(-1)?.results, [{ status: '200', bytes: body.length }])
})
served('is passed on as it is where it is none', async ({ rig }) => {
  rig.answer = (_request, response) => response.writeHead(404, { 'Content-Type': 'text/plain' }).end('none here')
  const { status, body } = await rig.fetch(`${prefix}/openapi/v3`)
  assert.is(status, 404)
  assert.match(body, 'none here')
})
served('is refused where it has no end', async ({ rig }) => {
  rig.answer = (_request, response) => {
    response.writeHead(200)
    const more = () => void (response.destroyed || response.write('x'.repeat(100_000), more))
    more()
  }
  const { status, body } = await rig.fetch(`${prefix}/openapi/v3`)
  assert.equal([status, JSON.parse(body).details.causes[0].reason], [502, 'ERR_TARGET_PROTOCOL'])
})
served('is no answer where it breaks off', async ({ rig }) => {
  rig.answer = (_request, response) => {
    response.writeHead(200, { 'Content-Length': text.length })
    response.write(text.slice(0, 20))
    setImmediate(() => response.destroy())
  }
  assert.is((await rig.fetch(`${prefix}/openapi/v3`)).status, 502)
})
served.run()
