import { Writable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createScreen, type Screen } from './screen.ts'

const shown = (use: (screen: Screen) => void) => {
  let text = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  use(createScreen(out))
  return text
}
const decided = {
  kind: 'decision',
  session: 's',
  role: 'reporting',
  source: '127.0.0.1',
  target: 'orders-db',
  protocol: 'postgres',
  operation: { protocol: 'postgres', kind: 'connect', database: 'orders' },
  commit: '3f2a91c0000000000000000000000000000000000',
} as const

const screen = suite('the screen of the demo')
screen('numbers its chapters', () => {
  const text = shown(s => {
    s.chapter('A target')
    s.chapter('A gateway')
  })
  assert.match(text, '1. A target')
  assert.match(text, '2. A gateway')
})
screen('shows what a decision was, on what, by which policies, of which commit', () => {
  const decision = { effect: 'deny', policies: ['a', 'b'], reason: 'forbidden', detail: '' } as const
  assert.is(
    shown(s => s.decision({ ...decided, decision })),
    '    ✗ deny connect: orders  by a, b  commit 3f2a91c\n',
  )
})
screen('says so where no policy decided', () => {
  const decision = { effect: 'deny', policies: [], reason: 'no_permit', detail: '' } as const
  assert.match(
    shown(s => s.decision({ ...decided, decision })),
    '✗ deny connect: orders  by no policy',
  )
})
screen('names the request that decided, and how many more there were', () => {
  const decision = { effect: 'deny', policies: [], reason: 'no_permit', detail: '' } as const
  const asked = (action: string, effect: 'allow' | 'deny') => ({
    ...{ action: `Postgres::Action::"${action}"`, resource: 'Postgres::Table::"orders-db/o/p/t"' },
    ...{ effect, policies: [] },
  })
  const requests = [asked('select', 'allow'), asked('delete', 'deny')]
  assert.match(
    shown(s => s.decision({ ...decided, requests, decision })),
    '✗ deny delete on Table orders-db/o/p/t and 1 more  by no policy',
  )
})
screen('shows an answer of several lines below each other', () => {
  assert.is(
    shown(s => s.got('one\ntwo', 'next: three')),
    '    → one\n      two\n      next: three\n',
  )
})
screen('shows a decision as its line in the trail', () => {
  const decision = { effect: 'allow', policies: ['a'] } as const
  assert.is(
    shown(s => s.trailLine({ ...decided, decision, seq: 7, time: '2026-01-31T12:00:00.000Z' })),
    '     7  12:00:00.000  3f2a91c  reporting    ✓ allow    connect: orders  a\n',
  )
})
screen('has no colours where it is not a terminal, and indents each line of an output', () => {
  assert.is(
    shown(s => s.output('one\ntwo\n')),
    '  │ one\n  │ two\n',
  )
})
screen('shows nothing more once it is interrupted', () => {
  let text = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const controller = new AbortController()
  const interrupted = createScreen(out, controller.signal)
  interrupted.say('before')
  controller.abort()
  assert.throws(() => interrupted.say('after'), /aborted/)
  assert.is(text, '  before\n')
})
screen('marks an expectation that did not hold', () => {
  assert.is(
    shown(s => s.expectation('the table still stands', false)),
    '  ✗ the table still stands\n',
  )
})
screen('shows slow work that failed as failed', async () => {
  let failing: Promise<unknown> | undefined
  const text = shown(s => {
    failing = s.step('starting', () => {
      throw new Error('no')
    })
  })
  assert.match(text, 'starting … ')
  try {
    await failing
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'no')
  }
})
screen.run()
