import type { TrustRoot } from '@cedargate/policy-schema'
import { type CliCommand, count, list } from '../command.ts'
import { readNamed } from '../keys/read.ts'

/** A trust root as flags: what a gateway has in gateway.yaml. */
export interface TrustOptions {
  readonly trust: readonly string[]
  readonly threshold: number
  readonly audience: string
  readonly repository: string
  readonly ref: string
  readonly epoch: number
}

export function trusting(command: CliCommand): CliCommand {
  return command
    .requiredFlag('--trust <files>', 'public keys that may sign', list)
    .flag('--threshold <count>', 'how many of them must have signed', count, 1)
    .requiredFlag('--audience <name>', 'for which gateways it must be')
    .requiredFlag('--repository <name>', 'from which repository it must come')
    .flag('--ref <ref>', 'from which branch', undefined, 'refs/heads/main')
    .flag('--epoch <number>', 'of which epoch', count, 1)
}

export function toTrustRoot({ trust, threshold, audience, repository, ref, epoch }: TrustOptions): TrustRoot {
  return { keys: trust.map(file => readNamed(file, 'key')), threshold, audience, repository, ref, epoch }
}
