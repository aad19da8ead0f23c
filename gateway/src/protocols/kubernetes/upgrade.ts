/** A call whose connection goes on after the answer: decided as any other, then given to whoever relays streams. */
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { KubernetesOperation } from '@cedargate/policy-schema'
import { writeTarget } from '@cedargate/policy-schema'
import type { Admitted } from '../../core/contract.ts'
import { ignored } from '../../core/listener.ts'
import { admitted, type CallParts, forgetRefused, hasBody, type Incoming, open, readCall, toOperation } from './call.ts'
import type { Answered } from './forward.ts'
import { impersonationHeaders } from './headers.ts'
import { failed, refused, type Status, written } from './refusals.ts'
import { upgradeOf } from './streams/offer.ts'
import { hostOf, tlsOptions } from './targets.ts'

/** What was let through, for whoever relays it. */
export interface Upgraded {
  readonly operation: KubernetesOperation
  readonly admission: Admitted<KubernetesOperation>
  /** Nothing has been written to it; what came behind its head is read first. */
  readonly client: Socket
  /** As the client sent them, names and values by turns: its offer stands in them. */
  readonly offered: readonly string[]
  readonly dial: {
    readonly host: string
    readonly port: number
    readonly tls: ConnectionOptions
    readonly method: string
    /** Path and query, as they were decided on. */
    readonly target: string
    /** Names and values by turns, without those of the offer. */
    readonly headers: readonly string[]
  }
  /** Where the path of the API stands at the gateway. */
  readonly prefix: string
  /** Aborts when it is no longer allowed, or the client's session ends; its `reason` is a Refusal. */
  readonly ended: AbortSignal
  /** For the operator: what went wrong at the target, as it was. */
  readonly log: (detail: { readonly code: string; readonly message: string; readonly cause: string }) => void
  /** Answers in place of the target, and closes the connection. */
  refuse(status: Status): void
}

/** Resolves once both sides are closed. Never throws. */
export type RelayUpgraded = (upgraded: Upgraded) => Promise<Answered>

/** Serves one. Whatever becomes of it, its connection has no further call (CVE-2018-1002105). */
export async function serveUpgrade(
  parts: CallParts,
  incoming: Incoming,
  client: Socket,
  relay: RelayUpgraded,
): Promise<void> {
  client.on('error', ignored)
  const refuse = (status: Status) => refuseOn(client, status)
  const call = readCall(incoming)
  if ('kind' in call) return refuse(call)
  const upgrade = upgradeOf(call.headers.upgrade ?? '')
  if (upgrade === undefined || hasBody(incoming.request)) {
    const why = 'a connection goes on as SPDY/3.1 or a WebSocket, and behind no body'
    incoming.door.rejected(incoming.source, 'ERR_HTTP_UPGRADE', why)
    return refuse(failed('BadRequest', 'ERR_HTTP_UPGRADE', why))
  }
  const gate = await open(incoming, call)
  if ('code' in gate) return refuse(refused(gate))
  incoming.loggedIn(gate.session)
  try {
    const operation: KubernetesOperation = { ...toOperation(call), upgrade }
    const ready = await admitted(parts, { incoming, call, gate, operation, body: undefined })
    if ('kind' in ready) return refuse(ready)
    const { admission, showing, towards } = ready
    const { settings } = towards
    const answered = await relay({
      ...{ operation, admission, client, offered: incoming.request.rawHeaders, prefix: call.address.prefix, refuse },
      dial: {
        host: hostOf(settings),
        port: Number(new URL(settings.server).port || 443),
        tls: tlsOptions(settings, showing.certificate),
        method: operation.method,
        target: writeTarget(operation),
        headers: [
          ...['Host', new URL(settings.server).host],
          ...withoutOffer(call.headers.forwarded),
          ...showing.headers,
          ...impersonationHeaders(operation.impersonate ?? {}),
        ],
      },
      ended: admission.ended ?? gate.ended,
      log: detail => parts.log('target', { session: gate.session.id, target: gate.session.target, ...detail }),
    })
    forgetRefused(parts, call, towards, answered)
    admission.finish(answered)
  } finally {
    gate.end('answered')
  }
}

/** Whoever relays writes these anew, from what it has understood. */
function withoutOffer(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !/^(sec-websocket-.*|x-stream-protocol-version)$/.test(headers[at - (at % 2)] ?? ''))
}

function refuseOn(client: Socket, status: Status): void {
  if (client.writable) {
    const { head, body } = written(status)
    const lines = Object.entries({ ...head, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`)
    client.write(`HTTP/1.1 ${status.code} ${status.reason}\r\n${lines.join('\r\n')}\r\n\r\n`)
    client.write(body)
  }
  client.destroySoon()
}
