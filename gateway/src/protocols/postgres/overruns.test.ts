import { loadGrammars } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Answers } from './answers.ts'
import type { Conversation } from './conversation.ts'
import type { Output } from './output.ts'
import { Overruns } from './overruns.ts'
import { createReadings } from './readings.ts'
import { Forwarded } from './statements.ts'

await loadGrammars()

const overruns = suite('copied data')

overruns('that has a gap does not end well, though its statement was late before that', async () => {
  const forwarded = new Forwarded({
    evaluation: { obligations: { maxBytes: 100, statementTimeoutMs: 1 }, decision: { effect: 'allow', policies: [] } },
    finish: () => {},
  } as never)
  const answers = new Answers()
  const statement = createReadings()('SELECT 1')
  answers.push({ kind: 'execute', forwarded, statement, copyOpen: false, holds: false } as never)
  const conversation = { answers, copyIn: true, overrun: undefined, status: 'I' } as unknown as Conversation
  const sent: Buffer[] = []
  let inside = true
  const late = Promise.withResolvers<void>()
  const under = new Overruns({
    ...{ conversation, stopMs: 60_000, insideCopyData: () => inside },
    target: { add: (bytes: Buffer) => sent.push(bytes) } as unknown as Output,
    client: {} as Output,
    cancel: () => new Promise(() => {}),
    fail: () => {},
    step: work => {
      work()
      late.resolve()
    },
    wake: () => {},
    giveUp: () => {},
  })
  under.watch()
  await late.promise
  assert.equal([sent.length, conversation.copyIn], [0, true], 'no CopyFail comes inside a message')
  inside = false
  assert.is(under.letsIn(1_000), false)
  assert.is(conversation.copyIn, false)
  assert.match(sent.map(String).join(), /^f.*more than the policies allow/s)
  under.close()
})

overruns.run()
