import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type Dispatcher, errors, type Pool } from 'undici'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forward } from './forward.ts'
import type { Status } from './refusals.ts'

const forwarding = suite('a call on its way')

function setUp(failed = () => assert.unreachable()) {
  const handlers: Dispatcher.DispatchHandler[] = []
  const aborted: string[] = []
  const controller = (name: string, rawHeaders: readonly string[] = []) =>
    ({ abort: () => void aborted.push(name), rawHeaders }) as unknown as Dispatcher.DispatchController
  const fake = { dispatch: (_: unknown, handler: Dispatcher.DispatchHandler) => handlers.push(handler) }
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const refusals: Status[] = []
  const answered = forward(
    {
      ...{ pool: fake as unknown as Pool, method: 'GET', target: '/api', headers: [], body: undefined },
      ...{ prefix: '', ended: undefined, repeatable: true, failed },
    },
    response,
    status => refusals.push(status),
  )
  return { handlers, aborted, controller, response, answered, refusals }
}

forwarding('is not sent once more where its client leaves before there is a connection', async () => {
  const { handlers, aborted, controller, response, answered, refusals } = setUp()
  handlers[0]?.onRequestStart?.(controller('first'), {})
  handlers[0]?.onResponseError?.(controller('first'), new errors.SocketError('other side closed'))
  assert.is(handlers.length, 2)
  response.emit('close')
  assert.equal(await answered, { status: 'aborted', bytes: 0 })
  aborted.length = 0
  handlers[1]?.onRequestStart?.(controller('second'), {})
  assert.equal(aborted, ['second'])
  assert.equal(refusals, [])
})

forwarding('whose answer holds what no header may is refused by whoever reads it, and never later', async () => {
  const { handlers, controller, answered, refusals } = setUp(() => {})
  const target = controller('target', ['X', 'a\u0001b'])
  handlers[0]?.onRequestStart?.(target, {})
  assert.throws(() => handlers[0]?.onResponseStart?.(target, 200, {}, 'OK'), /Invalid character in header content/)
  handlers[0]?.onResponseError?.(target, new errors.HTTPParserError('as undici tells of it'))
  assert.equal(await answered, { status: 'ERR_TARGET_PROTOCOL', bytes: 0 })
  assert.is(refusals[0]?.code, 502)
})

forwarding.run()
