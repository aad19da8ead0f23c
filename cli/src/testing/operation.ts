import { type Operation, protocols, type Repository, type Target } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'

/** What `toOperation` of a target's protocol is given. */
interface Typed {
  readonly target: string
  /** `{sql: …}` */
  readonly operation: { readonly [shorthand: string]: unknown }
  /** The name of a snapshot; the target's unless given. */
  readonly snapshot?: string
}

/**
 * An operation as a test or a person types it.
 *
 * @throws PolicyError `ERR_SHORTHAND`, CliError `ERR_UNKNOWN_TARGET`
 */
export function toOperation({ target: name, operation, snapshot }: Typed, repository: Repository): Operation {
  // The control plane's reserved target stands in no file; its protocol reads nothing of it.
  if (name === 'gate') return protocols.gate.toOperation(operation, controlPlane)
  const target = repository.targets.get(name)
  if (target === undefined) throw unknownTarget(name, repository)
  const { shorthands, toOperation } = protocols[target.protocol]
  const other = Object.keys(operation).find(key => !shorthands.includes(key))
  if (other !== undefined)
    throw new CliError(
      'ERR_USAGE',
      `\`${other}\` is not said to a ${target.protocol} target, next: say ${shorthands.map(key => `\`${key}\``).join(' or ')}`,
    )
  return toOperation(operation, target, repository.snapshots.get(snapshot ?? name))
}

/** The first shorthand of a target's protocol, for an operation that is given as bare text. */
export function shorthandOf(name: string, repository: Repository): string {
  const target = repository.targets.get(name)
  if (target === undefined) throw unknownTarget(name, repository)
  const [first = ''] = protocols[target.protocol].shorthands
  return first
}

const controlPlane = { name: 'gate', protocol: 'gate', tags: [], settings: {} } as unknown as Target

export function unknownTarget(name: string, repository: Repository): CliError {
  const known = [...repository.targets.keys()].sort().map(target => `\`${target}\``)
  return new CliError(
    'ERR_UNKNOWN_TARGET',
    `no target \`${name}\` in targets.yaml, next: name one of ${known.join(', ')}`,
  )
}
