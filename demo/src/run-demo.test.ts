// timeout: 300s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertInterrupted, playDemo } from './run-demo.test-support.ts'

const demo = suite('the demo')
demo('holds all that it claims, stays up until it is interrupted, and says what to type', async () => {
  const { code, text } = await playDemo([], {}, (shown, interrupt) => {
    if (shown.includes('Ctrl-C ends it')) interrupt()
  })
  assert.is(code, 0, text)
  assert.match(text, /^ {2}all \d\d expectations held$/m)
  assert.match(
    text,
    /PGPASSFILE=\S+ psql "host=localhost .* user=reporting@orders-db sslmode=verify-full sslrootcert=\S+"/,
  )
})
demo('that is interrupted amid its script does not claim success', async () => {
  const amid = await playDemo(['postgres', '--once'], {}, (shown, interrupt) => {
    if (shown.includes('2. Policies in git')) interrupt()
  })
  assertInterrupted(amid)
})
demo.run()
