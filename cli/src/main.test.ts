import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, cedargate, committed, spawned } from '../test/cli.ts'
import { all, Recorder } from '../test/recording.ts'
import { files, open, withFiles } from '../test/repository.ts'
import { createProgram } from './main.ts'

const ends = suite('cedargate, as a process, ends with')
const helps = suite('cedargate helps')

const recorder = new Recorder(await open())
for (const ask of all) recorder.ask(ask)
const shop = files['policies/shop.cedar'] ?? ''
const folder = committed(withFiles({ 'recordings/a.jsonl': recorder.text, 'bad.jsonl': 'garbage\n\n' }))
folder.git('checkout', '-q', '-b', 'worse')
folder.write({ 'policies/shop.cedar': shop.replaceAll('Role::"reporting"', 'Role::"backup"') })
folder.commit('worse')
folder.git('checkout', '-q', 'main')
ends.after(() => folder.remove())

for (const [code, why, args] of [
  [0, 'its version', ['--version']],
  [0, 'help', ['help', 'bundle']],
  [0, 'a sound repository', ['lint']],
  [2, 'no command', []],
  [2, 'a command that there is not', ['lnit']],
  [2, 'a subcommand that there is not', ['bundle', 'eat']],
  [2, 'an argument too many', ['lint', 'a', 'b']],
  [2, 'a file that there is not', ['bundle', 'inspect', 'nothing']],
  [
    3,
    'a repository that is not valid',
    ['explain', '--as', 'a', '--role', 'nope', '--target', 'orders-db', 'SELECT 1'],
  ],
  [5, 'a threshold that is passed', ['simulate', '--head', 'worse', '--fail-on', 'newly-denied']],
  [6, 'a trail that is none', ['trail', 'verify', 'bad.jsonl']],
] as const)
  ends(`${code} for ${why}`, () => {
    const ran = spawned(args, { cwd: folder.path })
    assert.is(ran.code, code, ran.stderr)
    if (code === 2) assert.is(ran.stdout, '')
  })

ends('a sentence on an old Node, before anything is loaded', () => {
  const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.14.0'}})`
  const { status, stderr } = spawnSync(process.execPath, ['--import', older, binary, '--version'], { encoding: 'utf8' })
  assert.is(status, 2)
  assert.match(
    stderr,
    /^cedargate: needs Node 24 or newer, this is `22.14.0`, next: run `npx cedargate` inside the project/,
  )
})

ends('quietly when its reader leaves', () => {
  const script = '"$0" "$1" completion fish | head -n 1'
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', script, process.execPath, binary], {
    encoding: 'utf8',
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.match(stdout, /^# cedargate completion for fish\n$/)
})

/** Every command that does something. */
const leaves = createProgram().commands.flatMap(one =>
  one.commands.length === 0 ? [[one.name()]] : one.commands.map(child => [one.name(), child.name()]),
)

for (const path of leaves)
  helps(`with examples of \`${path.join(' ')}\`, and names the variable of every flag`, async () => {
    const { code, stdout } = await cedargate([...path, '--help'])
    assert.is(code, 0)
    assert.match(stdout, /\nExamples:\n {2}# \S.*\n {2}\S*/)
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?--[\w-]+(?: <\w+>)? {2}/gm)].length
    const variables = [...stdout.replace(/\s+/g, ' ').matchAll(/env: CEDARGATE_[A-Z_]+/g)].length
    assert.is(variables, flags - 1, `${flags} flags, --help among them`)
  })

helps('with the likely command for a misspelt one', async () => {
  assert.match((await cedargate(['lnit'])).stderr, /Did you mean .*(lint|init)/)
})

ends.run()
helps.run()
