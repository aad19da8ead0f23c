import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'
import { command, list, type ReportOptions } from '../command.ts'
import { exit } from '../exit.ts'
import type { Typed } from '../explaining/typed.ts'
import { print } from '../report/print.ts'

interface Options extends ReportOptions, Typed {
  readonly repository: string
  readonly ref?: string
}

export const explain = () =>
  command('explain', 'what is asked of Cedar for an operation, which policies decide, and why')
    .argument('[operation]', 'the operation as you would type it to the target')
    .requiredFlag('--as <who>', '`agent:ID` or `user:ID`; a bare ID is an agent', principal)
    .requiredFlag('--role <role>', 'in which role')
    .requiredFlag('--target <target>', 'on which target')
    .flag('--sql <text>', 'the operation: a SQL statement')
    .flag('--connect', 'the operation: the opening of a session of PostgreSQL')
    .flag('--kubectl <line>', 'the operation: a command of kubectl')
    .flag('--api <call>', 'the operation: a call of the Kubernetes API without a body, `GET /api/v1/nodes`')
    .flag('--operation <json>', 'the operation: a shorthand as tests have it', json)
    .flag('--task-id <id>', 'of which task')
    .flag('--task-kind <kind>', 'of which kind of task')
    .flag('--owner <user>', 'the person behind the agent')
    .flag('--issuer <name>', 'who vouches; the first issuer that can grant the role unless given')
    .flag('--at <time>', 'when; now unless given', instant)
    .flag('--from <address>', 'from where; 127.0.0.1 unless given', address)
    .flag('--approved-by <roles>', 'as if people in these roles had approved', list)
    .flag('--snapshot <name>', 'what names resolve to; the snapshot of the target unless given')
    .pathFlag('--repository <folder>', 'the policy repository', 'CEDARGATE_REPOSITORY_FOLDER', '.')
    .flag('--ref <ref>', 'the policies of this commit; the work tree unless given')
    .reports()
    .examples(
      [
        'may the nightly backup read this?',
        "cedargate explain --as agent:nightly-backup --role backup --target orders-db --sql 'SELECT * FROM audit.events'",
      ],
      [
        'what would an approval change?',
        "cedargate explain --as agent:migrator --role migration --target orders-db --approved-by dba 'DROP TABLE orders'",
      ],
      [
        'a command of kubectl',
        "cedargate explain --as agent:autoscaler --role scaling --target prod 'scale deployment/web --replicas=10 -n shop'",
      ],
      [
        'a change of an object, which only the object as it was tells in full',
        'cedargate explain --as agent:deployer --role deploy --target prod --operation \\\n' +
          `    '{"kubectl": {"command": "set image deployment/web web=web:2 -n shop", "before": {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}}}}}'`,
      ],
    )
    .runs(async (text: string | undefined, options: Options) => {
      const { explainTyped } = await import('../explaining/typed.ts')
      const { toExplainReport } = await import('../explaining/report.ts')
      const { openCommit, openFolder } = await import('../repository.ts')
      const { ref, repository: folder } = options
      const repository = ref === undefined ? await openFolder(folder) : await openCommit(folder, ref)
      const explained = explainTyped(repository, text, options, new Date())
      await print(toExplainReport(explained), options)
      return exit.ok
    })

function principal(value: string): Options['as'] {
  const [, kind, id] = /^(?:(agent|user):)?([^:]+)$/.exec(value) ?? []
  if (id === undefined) throw new InvalidArgumentError('neither agent:ID nor user:ID')
  return kind === 'user' ? { user: id } : { agent: id }
}

function json(value: string): unknown {
  try {
    const parsed: unknown = JSON.parse(value)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // Said below, with an example.
  }
  throw new InvalidArgumentError('not a JSON object such as {"connect":{}}')
}

/** As the gateway sees a client. */
function address(value: string): string {
  const version = isIP(value)
  if (version === 0 || value.includes('%') || (version === 6 && value.includes('.')))
    throw new InvalidArgumentError('not an address such as 10.0.0.7 or ::1')
  return value
}

function instant(value: string): string {
  if (Number.isNaN(Date.parse(value))) throw new InvalidArgumentError('not a time such as 2026-01-05T12:00:00Z')
  return value
}
