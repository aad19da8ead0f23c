import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CliCommand, command, count, duration, list } from './command.ts'

const values = suite('a value of a flag')

for (const [text, ms] of [
  ['90s', 90_000],
  ['15m', 900_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
] as const)
  values(`${text} is ${ms} ms`, () => assert.is(duration(text), ms))
for (const text of ['', '0s', '15', 'm', '1w', '-1d', '1.5h', '9999999d'])
  values(`\`${text}\` is no duration`, () => assert.throws(() => duration(text), /not a duration/))
for (const text of ['0', '-1', '1.5', 'x', '', '9007199254740993'])
  values(`\`${text}\` is no count`, () => assert.throws(() => count(text), /not a whole number/))
values('is a list by commas, by repetition, or both', () => {
  assert.equal(list('a, b,', undefined), ['a', 'b'])
  assert.equal(list('c', ['a', 'b']), ['a', 'b', 'c'])
})

const flags = suite('a flag')

/** What a command makes of its arguments under an environment. */
async function parsed(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  more: (one: CliCommand) => CliCommand = one => one.flag('--no-color', 'plain'),
) {
  const before = process.env
  process.env = { ...env }
  let options: unknown
  try {
    const one = more(command('x', 'y').flag('--fail-on <kinds>', 'kinds', list).flag('--once', 'once')).runs(
      async (given: unknown) => {
        options = given
        return 0
      },
    )
    await one.parseAsync(args, { from: 'user' })
  } finally {
    process.env = before
    process.exitCode = undefined
  }
  return options
}

for (const [why, args, env, expected] of [
  [
    'is its variable too',
    [],
    { CEDARGATE_FAIL_ON: 'a,b', CEDARGATE_ONCE: '1' },
    { failOn: ['a', 'b'], once: true, color: true },
  ],
  ['is not set by an empty variable', [], { CEDARGATE_FAIL_ON: '', CEDARGATE_ONCE: '' }, { color: true }],
  [
    'is not switched on by a variable that says no',
    [],
    { CEDARGATE_ONCE: 'false', CEDARGATE_NO_COLOR: '0' },
    { color: true },
  ],
  ['is switched off by its variable', [], { CEDARGATE_NO_COLOR: 'true' }, { color: false }],
  ['goes before its variable', ['--fail-on', 'c'], { CEDARGATE_FAIL_ON: 'a' }, { failOn: ['c'], color: true }],
] as const)
  flags(why, async () => assert.equal(await parsed(args, env), expected))

for (const [why, args, env, format] of [
  ['is --format json', ['--json'], {}, 'json'],
  ['goes before the variable of --format', ['--json'], { CEDARGATE_FORMAT: 'sarif' }, 'json'],
  ['is its variable too', [], { CEDARGATE_JSON: '1' }, 'json'],
  ['as a variable gives way to --format', ['--format', 'pretty'], { CEDARGATE_JSON: '1' }, 'pretty'],
] as const)
  flags(`--json ${why}`, async () => {
    const { format: made } = (await parsed(args, env, one => one.reports())) as { readonly format: string }
    assert.is(made, format)
  })

values.run()
flags.run()
