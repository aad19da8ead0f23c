import { canonicalJson } from '../canonical.ts'
import type { SigningKey, VerifyingKey } from '../signing.ts'
import type { ChainState } from './chain.ts'
import type { TrailBody, TrailEvent } from './events.ts'

export type CheckpointBody = Extract<TrailBody, { readonly kind: 'checkpoint' }>
export type Checkpoint = Extract<TrailEvent, { readonly kind: 'checkpoint' }>

/** The type under which a checkpoint is signed, so that its signature is that of nothing else. */
export const checkpointType = 'application/vnd.cedargate.checkpoint+json'

/**
 * Vouches for a chain up to where it stands. The root is the hash of the last line, and so covers every line before it,
 * in earlier segments too. The body goes into the chain as its next line.
 *
 * @param chain as `createChain` gave it, after the last line that is vouched for
 * @param segment the file that holds the line, and how many lines it holds before the checkpoint
 */
export function signCheckpoint(
  chain: ChainState,
  segment: { readonly name: string; readonly lines: number },
  key: SigningKey,
): CheckpointBody {
  const unsigned = { segment: segment.name, lines: segment.lines, root: chain.previous, key: key.id }
  const bytes = signedBytes({ ...unsigned, gateway: chain.gateway, worker: chain.worker, seq: chain.seq + 1 })
  return {
    kind: 'checkpoint',
    ...unsigned,
    signature: Buffer.from(key.sign(checkpointType, bytes)).toString('base64'),
  }
}

/** Whether the key signed this checkpoint. Its place in the chain is `verifyTrail`'s to check. */
export function checkpointHolds(checkpoint: Checkpoint, key: VerifyingKey): boolean {
  return key.verify(checkpointType, signedBytes(checkpoint), Buffer.from(checkpoint.signature, 'base64'))
}

type Signed = Pick<Checkpoint, 'gateway' | 'worker' | 'seq' | 'segment' | 'lines' | 'root' | 'key'>

function signedBytes({ gateway, worker, seq, segment, lines, root, key }: Signed): Uint8Array {
  return Buffer.from(canonicalJson({ gateway, worker, seq, segment, lines, root, key }), 'utf8')
}
