import type { Session, TrailEvent } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSessions } from './sessions.ts'

const sessions = suite('a recorded session')

const started = (id: string) => ({ kind: 'session.started', session: { id } as Session }) as TrailEvent
const ended = (session: string) => ({ kind: 'session.ended', session, reason: 'x' }) as TrailEvent

sessions('is known from its beginning, and for a while after its end', () => {
  const seen = createSessions()
  assert.is(seen.get('a'), undefined)
  seen.see(started('a'))
  assert.is(seen.get('a')?.id, 'a')
  seen.see(ended('a'))
  assert.is(seen.get('a')?.id, 'a')
})

sessions('is forgotten when ten thousand others have ended, however long an open one lasts', () => {
  const seen = createSessions()
  for (const id of ['open', 'ended']) seen.see(started(id))
  seen.see(ended('ended'))
  for (let other = 0; other < 10_000; other += 1) {
    seen.see(started(String(other)))
    seen.see(ended(String(other)))
  }
  assert.is(seen.get('ended'), undefined)
  assert.is(seen.get('open')?.id, 'open')
  assert.is(seen.get('9999')?.id, '9999')
})

sessions('is not made up by an end without a beginning', () => {
  const seen = createSessions()
  seen.see(ended('a'))
  assert.is(seen.get('a'), undefined)
})

sessions.run()
