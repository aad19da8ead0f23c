import { isFrozenThroughout } from '../engine/frozen.ts'
import type { DecisionBody, ResultBody, TrailBody } from './events.ts'
import { fieldsOf } from './fields.ts'
import { inertJson } from './inert.ts'
import type { LineBuffer } from './line-buffer.ts'

/** The members of a line's own kind, each with its comma, in the order of `fieldsOf`. */
export function membersOf(body: TrailBody): string {
  const record = body as unknown as { readonly [field: string]: unknown }
  let members = ''
  for (const field of fieldsOf[body.kind])
    if (record[field] !== undefined) members += `,"${field}":${text(record[field])}`
  return members
}

/** A shorter text is cheaper to join to its neighbours than to copy. */
const longText = 200
const maxSessions = 4_096

/** JSON text that will be needed again: a long one as its bytes. */
type Piece = string | Buffer

interface Head {
  readonly session: string
  readonly role: string
  readonly source: string
  readonly target: string
  readonly protocol: string
  readonly text: string
}

/** Not the whole body: that would keep its statement for as long as the engine keeps its answer. */
interface Evaluated {
  readonly requestsDigest: DecisionBody['requestsDigest']
  readonly decision: DecisionBody['decision']
  readonly obligations: DecisionBody['obligations']
  readonly shadow: DecisionBody['shadow']
  readonly piece: Piece
}

/**
 * Writes what `membersOf` says, and remembers what decisions and results repeat: who asks, a catalog that is frozen
 * throughout, and what the engine answered out of its cache, which is the same object again.
 */
export class MemberWriter {
  readonly #heads = new Map<string, Head>()
  readonly #catalogs = new WeakMap<object, Piece>()
  readonly #evaluated = new WeakMap<object, Evaluated>()

  /** Adds `first`, the members, and the brace behind them. */
  write(lines: LineBuffer, first: string, body: TrailBody): void {
    if (body.kind === 'decision') this.#decision(lines, first, body)
    else if (body.kind === 'result') lines.write(`${first}${this.#result(body)}}`)
    else lines.write(`${first}${membersOf(body)}}`)
  }

  #decision(lines: LineBuffer, first: string, body: DecisionBody): void {
    const { operation, facts, refused, replayable } = body
    let open = `${first}${this.#head(body).text},"operation":{`
    let separator = ''
    for (const [member, value] of Object.entries(operation)) {
      if (value === undefined) continue
      open += `${separator}"${member}":`
      if (member === 'catalog') open = put(lines, open, this.#catalog(value))
      else open += text(value)
      separator = ','
    }
    open += '}'
    if (facts !== undefined) open += `,"facts":${facts.approval === undefined ? `{"now":${facts.now}}` : text(facts)}`
    open = put(lines, open, this.#evaluation(body))
    if (refused !== undefined) open += `,"refused":${text(refused)}`
    if (replayable !== undefined) open += `,"replayable":${replayable}`
    lines.write(`${open}}`)
  }

  #result({ session, decisionSeq, rows, bytes, status, limit, durationUs, engineUs }: ResultBody): string {
    const known = this.#heads.get(session)?.session
    const counted = rows === undefined ? '' : `,"rows":${rows}`
    const ended = status === 'ok' ? '"ok"' : text(status)
    const overrun = limit === undefined ? '' : `,"limit":${text(limit)}`
    return `,"session":${known ?? text(session)},"decisionSeq":${decisionSeq}${counted},"bytes":${bytes},"status":${ended}${overrun},"durationUs":${durationUs},"engineUs":${engineUs}`
  }

  #head({ session, role, source, target, protocol }: DecisionBody): Head {
    const known = this.#heads.get(session)
    if (
      known !== undefined &&
      known.role === role &&
      known.source === source &&
      known.target === target &&
      known.protocol === protocol
    )
      return known
    const id = text(session)
    const members = `,"session":${id},"role":${text(role)},"source":${text(source)},"target":${text(target)},"protocol":${text(protocol)}`
    const head = { session: id, role, source, target, protocol, text: members }
    if (this.#heads.size >= maxSessions) this.#heads.clear()
    this.#heads.set(session, head)
    return head
  }

  #catalog(catalog: unknown): Piece {
    if (typeof catalog !== 'object' || catalog === null) return text(catalog)
    const known = this.#catalogs.get(catalog)
    if (known !== undefined) return known
    if (!isFrozenThroughout(catalog)) return text(catalog)
    const piece = kept(text(catalog))
    this.#catalogs.set(catalog, piece)
    return piece
  }

  #evaluation(body: DecisionBody): Piece {
    const { requests, requestsDigest, decision, obligations, shadow } = body
    const known = requests && this.#evaluated.get(requests)
    if (
      known !== undefined &&
      known.decision === decision &&
      known.obligations === obligations &&
      known.shadow === shadow &&
      known.requestsDigest === requestsDigest
    )
      return known.piece
    let members = requests === undefined ? '' : `,"requests":${text(requests)}`
    if (requestsDigest !== undefined) members += `,"requestsDigest":${text(requestsDigest)}`
    if (decision !== undefined) members += `,"decision":${text(decision)}`
    if (obligations !== undefined) members += `,"obligations":${text(obligations)}`
    if (shadow !== undefined) members += `,"shadow":${text(shadow)}`
    const piece = kept(members)
    if (requests !== undefined && Object.isFrozen(requests))
      this.#evaluated.set(requests, { requestsDigest, decision, obligations, shadow, piece })
    return piece
  }
}

/** Adds a piece behind what is open. @returns what is open now */
function put(lines: LineBuffer, open: string, piece: Piece): string {
  if (typeof piece === 'string') return open + piece
  lines.write(open)
  lines.copy(piece)
  return ''
}

function kept(json: string): Piece {
  const inert = inertJson(json)
  return inert.length < longText ? inert : Buffer.from(inert)
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
