import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../../test/cli.ts'
import { all, Recorder } from '../../../test/recording.ts'
import { open } from '../../../test/repository.ts'

const sessions = suite('cedargate sessions')
const recorder = new Recorder(await open())
for (const ask of all) recorder.ask(ask)
const folder = new Folder(new Map([['trail/a.jsonl', recorder.text]]))
sessions.after(() => folder.remove())

const list = async (...args: string[]) =>
  JSON.parse((await folder.run('sessions', 'list', 'trail', '--format', 'json', ...args)).stdout).sessions
const people = async (...args: string[]) =>
  (await list(...args)).map((one: { session: { principal: { id: string } } }) => one.session.principal.id)

sessions('are listed with who, why, and what was denied', async () => {
  assert.equal(await people(), ['nightly-backup', 'report', 'report', 'migrator'])
  const [first] = await list()
  assert.equal(
    [first.operations, first.allowed, first.denied, first.pending, first.rows, first.reason, first.commits],
    [1, 1, 0, 0, 3, 'client left', ['worktree']],
  )
  assert.match(
    (await folder.run('sessions', 'list', 'trail')).stdout,
    /nightly-backup {2}backup +backup run-7 +orders-db/,
  )
})

sessions('are filtered by role, target, principal and denies', async () => {
  assert.equal(await people('--role', 'migration'), ['migrator'])
  assert.equal(await people('--principal', 'report'), ['report', 'report'])
  assert.equal(await people('--denied'), ['report'])
  assert.equal(await people('--target', 'other'), [])
})

sessions('are shown operation by operation', async () => {
  const [, , denied] = await list()
  const { code, stdout } = await folder.run('sessions', 'show', denied.session.id, 'trail')
  assert.is(code, 0)
  assert.match(stdout, /^report as reporting on orders-db\n/)
  assert.match(stdout, /deny \(forbidden\) by only-backup-reads-audit\n {4}query: SELECT \* FROM audit.events\n/)
  assert.match(stdout, /policies of worktree\n/)
})

sessions('are not guessed from too little of an id', async () => {
  const few = await folder.run('sessions', 'show', 'session', 'trail')
  assert.is(few.code, 2)
  assert.match(few.stderr, /4 sessions begin with `session`.*ERR_UNKNOWN_SESSION/)
  assert.match((await folder.run('sessions', 'show', 'nope', 'trail')).stderr, /no session `nope`, next: /)
})

sessions('say what they cannot know, where lines cannot be read', async () => {
  folder.write({ 'torn/a.jsonl': `${recorder.text}{"kind":"deci\nnonsense\n` })
  const unreadable = /2 lines cannot be read, next: `cedargate trail verify`\n$/
  assert.match((await folder.run('sessions', 'list', 'torn')).stdout, unreadable)
  // Of the ids that begin so, the one that is so.
  const [first] = await list()
  assert.match((await folder.run('sessions', 'show', first.session.id, 'torn')).stdout, unreadable)
  assert.is(JSON.parse((await folder.run('sessions', 'list', 'torn', '--format', 'json')).stdout).unreadable, 2)
})

sessions.run()
