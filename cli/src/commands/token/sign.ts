import { command, duration } from '../../command.ts'
import { exit } from '../../exit.ts'
import { write } from '../../report/print.ts'

interface Options {
  readonly agent?: string
  readonly user?: string
  readonly role: string
  readonly taskId?: string
  readonly taskKind?: string
  readonly owner?: string
  readonly expiresIn: number
  readonly key: string
  readonly issuer: string
  readonly audience: string
}

export const sign = () =>
  command('sign', 'sign a development token: what a real issuer would vouch for')
    .flag('--agent <id>', 'the agent that it is for')
    .flag('--user <id>', 'the user that it is for')
    .requiredFlag('--role <role>', 'the one role')
    .flag('--task-id <id>', 'why: which task')
    .flag('--task-kind <kind>', 'why: what kind of task')
    .flag('--owner <user>', 'the person behind the agent')
    .requiredFlag('--key <file>', 'private key, by `cedargate keys generate --for token`')
    .requiredFlag('--issuer <url>', 'as identities.yaml names it')
    .requiredFlag('--audience <name>', 'as identities.yaml names it')
    .flag('--expires-in <duration>', 'how long it is valid', duration, 900_000)
    .examples(
      [
        'connect with it as the password, never over plaintext',
        'PGPASSWORD=$(cedargate token sign --agent nightly-backup --role backup --task-kind backup --key token.key \\\n' +
          '    --issuer https://tokens.example.com --audience cedargate) \\\n' +
          '  psql "host=gate user=backup@orders-db dbname=orders sslmode=verify-full sslrootcert=ca.pem"',
      ],
      [
        'for kubectl with a kubeconfig by `cedargate kubeconfig`',
        'export CEDARGATE_TOKEN=$(cedargate token sign --agent autoscaler --role scaling --key token.key \\\n' +
          '    --issuer https://tokens.example.com --audience cedargate)',
      ],
    )
    .runs(async (options: Options) => {
      const { CliError } = await import('../../errors.ts')
      const { readSecret } = await import('../../keys/read.ts')
      const { signToken } = await import('../../keys/token.ts')
      const subject = options.agent ?? options.user
      if (subject === undefined || (options.agent !== undefined && options.user !== undefined))
        throw new CliError('ERR_USAGE', 'a token is for one agent or one user, next: give either --agent or --user')
      const { taskId, taskKind, owner, role, issuer, audience, expiresIn } = options
      const task =
        taskId === undefined && taskKind === undefined
          ? undefined
          : { id: taskId ?? 'development', kind: taskKind ?? 'development' }
      const claims = {
        ...{ issuer, audience, subject, role, expiresInMs: expiresIn },
        ...(task === undefined ? {} : { task }),
        ...(owner === undefined ? {} : { owner }),
      }
      await write(process.stdout, `${await signToken(claims, readSecret(options.key), Date.now())}\n`)
      return exit.ok
    })
