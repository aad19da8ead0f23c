import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cedargate } from '../../test/cli.ts'

const completion = suite('cedargate completion')

const completer =
  (functions: string) =>
  (...words: string[]) => {
    const line = words.map(word => `'${word}'`).join(' ')
    const script = `${functions}\nCOMP_WORDS=(cedargate ${line}); COMP_CWORD=${words.length}; _cedargate; echo "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim()
  }

completion('completes commands and flags in bash', async () => {
  const { code, stdout } = await cedargate(['completion', 'bash'])
  assert.is(code, 0)
  const complete = completer(stdout)
  assert.is(complete('li'), 'lint')
  assert.is(complete('bundle', 'b'), 'build')
  assert.is(complete('lint', '--o'), '--only --output')
  assert.match(complete('trail', 'verify', '--'), /--replay/)
  assert.is(complete('bundle', '--'), '--help')
})

completion('completes what a flag or an argument may be, and leaves the rest to files', async () => {
  const { stdout } = await cedargate(['completion', 'bash'])
  const complete = completer(stdout)
  assert.is(complete('lint', '--format', ''), 'pretty json github sarif junit')
  assert.is(complete('keys', 'generate', '--for', 't'), 'trail tls token')
  assert.is(complete('completion', 'z'), 'zsh')
  assert.is(complete('bundle', 'build', '--key', ''), '')
})

completion('has a line for each flag in fish, and a function for zsh', async () => {
  assert.match(
    (await cedargate(['completion', 'fish'])).stdout,
    /__fish_seen_subcommand_from simulate' -l fail-on -r -d/,
  )
  // `token sign` is another than `bundle sign`.
  assert.match(
    (await cedargate(['completion', 'fish'])).stdout,
    /__fish_seen_subcommand_from token; and __fish_seen_subcommand_from sign' -l agent -r -d/,
  )
  assert.match((await cedargate(['completion', 'zsh'])).stdout, /^#compdef cedargate\n/)
})

completion('refuses another shell', async () => {
  assert.is((await cedargate(['completion', 'csh'])).code, 2)
})

completion.run()
