import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type Dispatcher, errors, type Pool } from 'undici'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forward } from './forward.ts'

const forwarding = suite('a call on its way')

forwarding('is not sent once more where its client leaves before there is a connection', async () => {
  const handlers: Dispatcher.DispatchHandler[] = []
  const aborted: string[] = []
  const controller = (name: string) =>
    ({ abort: () => void aborted.push(name) }) as unknown as Dispatcher.DispatchController
  const fake = { dispatch: (_: unknown, handler: Dispatcher.DispatchHandler) => handlers.push(handler) }
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const answered = forward(
    {
      ...{ pool: fake as unknown as Pool, method: 'GET', target: '/api', headers: [], body: undefined },
      ...{ prefix: '', ended: undefined, repeatable: true, failed: () => assert.unreachable() },
    },
    response,
    () => assert.unreachable(),
  )
  handlers[0]?.onRequestStart?.(controller('first'), {})
  handlers[0]?.onResponseError?.(controller('first'), new errors.SocketError('other side closed'))
  assert.is(handlers.length, 2)
  response.emit('close')
  assert.equal(await answered, { status: 'aborted', bytes: 0 })
  aborted.length = 0
  handlers[1]?.onRequestStart?.(controller('second'), {})
  assert.equal(aborted, ['second'])
})

forwarding.run()
