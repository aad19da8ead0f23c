import { requestInfo } from '@cedargate/policy-schema'
import type { Refusal } from '../../../core/contract.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Cast } from '../../../trail/cast.ts'
import { answerHeaders } from '../headers.ts'
import { failed, refused, type Status, type StatusReason } from '../refusals.ts'
import type { RelayUpgraded, Upgraded } from '../upgrade.ts'
import { type Offer, readOffer } from './offer.ts'
import { relay } from './relay.ts'

export interface StreamTimeouts {
  readonly connectMs: number
  readonly answerMs: number
}

/** Relays `exec`, `attach` and `port-forward`, the first two with a cast. */
export function createRelay({ connectMs, answerMs }: StreamTimeouts): RelayUpgraded {
  return async upgraded => {
    const { operation, client, offered, dial, prefix, ended, refuse, log } = upgraded
    const offer = readOffer(operation, offered)
    if (typeof offer === 'string') {
      refuse(failed('BadRequest', 'ERR_STREAM_OFFER', offer))
      return { status: 'ERR_STREAM_OFFER', bytes: 0 }
    }
    const cast = castOf(upgraded, offer)
    if (cast instanceof GatewayError) {
      refuse(failed('InternalError', cast.code, 'what the terminal shows cannot be kept'))
      return { status: cast.code, bytes: 0 }
    }
    return await relay({
      ...{ client, offer, ended, cast },
      dial: { ...dial, connectMs, answerMs },
      answerHeaders: headers => answerHeaders(headers, prefix),
      farewell: why => Buffer.from(JSON.stringify(toStatus(why))),
      refuse(why) {
        if (why instanceof GatewayError && /^ERR_TARGET_/.test(why.code)) {
          const { code, message, cause } = why
          log({ code, message, cause: cause instanceof Error ? cause.message : '' })
        }
        refuse(toStatus(why))
      },
    })
  }
}

function toStatus(why: GatewayError | Refusal): Status {
  if (!(why instanceof GatewayError)) return refused(why)
  const { code, message } = why
  return failed(reasons[code] ?? (/^ERR_STREAM_/.test(code) ? 'BadRequest' : 'BadGateway'), code, message)
}

/** Whatever else it is, the target's answer was none. */
const reasons: { readonly [code: string]: StatusReason } = {
  ERR_TARGET_UNREACHABLE: 'ServiceUnavailable',
  ERR_TARGET_TIMEOUT: 'Timeout',
  ERR_CAST_WRITE: 'InternalError',
  ERR_CAST_SIZE: 'InternalError',
}

/** Opened before anything runs. */
function castOf({ admission, operation }: Upgraded, { use }: Offer): Cast | undefined | GatewayError {
  if (use !== 'terminal') return undefined
  const info = requestInfo(operation)
  const { namespace = '', name = '', subresource = '' } = info?.isResource ? info : {}
  const words = operation.query.flatMap(([key, value]) => (key === 'command' ? [value] : []))
  try {
    return admission.openCast([subresource, ...words, 'in', `${namespace}/${name}`].join(' ').slice(0, maxTitle))
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
}
const maxTitle = 200
