import { EventEmitter } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { type Line, openChannel } from './channel.ts'

/** Two ends, as two processes have them: what is sent arrives a turn later, as plain data. */
function ends(): { readonly here: Line; readonly there: Line; end(): void } {
  const [one, other] = [new EventEmitter(), new EventEmitter()]
  const line = (own: EventEmitter, far: EventEmitter): Line => ({
    send: message => setImmediate(() => far.emit('message', structuredClone(message))),
    onMessage: hear => own.on('message', hear),
    onEnd: hear => own.on('end', hear),
  })
  return { here: line(one, other), there: line(other, one), end: () => one.emit('end') }
}

interface Sums {
  add(given: readonly [number, number]): Promise<number>
  never(): Promise<void>
}
const sums = {
  async add([a, b]: readonly [number, number]) {
    if (a < 0) throw Object.assign(new Error('too small'), { code: 'ERR_SMALL' })
    return a + b
  },
  never: () => new Promise<void>(() => {}),
}

const asking = suite('an ask of another process')
// a deadline does not keep a process alive
let alive: NodeJS.Timeout
asking.before(() => {
  alive = setInterval(() => {}, 1000)
})
asking.after(() => clearInterval(alive))
function setUp() {
  const { here, there, end } = ends()
  openChannel(there, sums)
  return { remote: openChannel<Sums>(here, {}), end }
}
const rejected = async (promise: Promise<unknown>) =>
  await promise.then(
    () => 'answered',
    error => error,
  )

asking('is answered, many at once each with its own', async () => {
  const { remote } = setUp()
  assert.equal(await Promise.all([1, 2, 3].map(n => remote.ask('add', [n, n]))), [2, 4, 6])
})
asking('fails with the code that the other failed with', async () => {
  const { remote } = setUp()
  assert.ok(hasCode('ERR_SMALL')(await rejected(remote.ask('add', [-1, 1]))))
})
asking('fails where the other takes too long', async () => {
  const { remote } = setUp()
  assert.ok(hasCode('ERR_WORKER_GONE')(await rejected(remote.ask('never', undefined, 20))))
})
asking('fails where the other ends meanwhile', async () => {
  const { remote, end } = setUp()
  const asked = rejected(remote.ask('never', undefined))
  end()
  assert.ok(hasCode('ERR_WORKER_GONE')(await asked))
})
asking('fails where nothing can be sent any more', async () => {
  const closed = () => {
    throw new Error('the channel is closed')
  }
  const remote = openChannel<Sums>({ ...ends().here, send: closed }, {})
  assert.ok(hasCode('ERR_WORKER_GONE')(await rejected(remote.ask('add', [1, 1]))))
})
for (const name of ['sub', 'toString', '__proto__'])
  asking(`fails where the other knows no \`${name}\``, async () => {
    const { here, there } = ends()
    openChannel(there, sums)
    const remote = openChannel<{ [name: string]: () => void }>(here, {})
    assert.ok(hasCode('ERR_WORKER_CALL')(await rejected(remote.ask(name, undefined))))
  })

asking.run()
