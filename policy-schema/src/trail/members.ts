import { isFrozenThroughout } from '../engine/frozen.ts'
import type { DecisionBody, ResultBody, TrailBody, Who } from './events.ts'
import { fieldsOf } from './fields.ts'
import { inOnePiece, jsonText } from './inert.ts'
import type { LineBuffer } from './line-buffer.ts'

/** The members of a line's own kind, each with its comma, in the order of `fieldsOf`. */
export function membersOf(body: TrailBody): string {
  const record = body as unknown as { readonly [field: string]: unknown }
  let members = ''
  for (const field of fieldsOf[body.kind])
    if (record[field] !== undefined) members += `,"${field}":${jsonText(record[field])}`
  return members
}

const maxSessions = 4_096
const maxWords = 256

interface Head extends Who {
  readonly text: string
  readonly source: string
  /** Of a decision, which says where it came from too. */
  readonly textOfDecision: string
}

/** Not the whole body: that would keep its statement for as long as the engine keeps its answer. */
interface Evaluated {
  readonly requestsDigest: DecisionBody['requestsDigest']
  readonly decision: DecisionBody['decision']
  readonly obligations: DecisionBody['obligations']
  readonly shadow: DecisionBody['shadow']
  readonly members: string
}

/**
 * Writes what `membersOf` says, and remembers what decisions and results repeat: who asks, a catalog that is frozen
 * throughout, and what the engine answered out of its cache, which is the same object again.
 */
export class MemberWriter {
  readonly #heads = new Map<string, Head>()
  readonly #catalogs = new WeakMap<object, string>()
  /** Protocols and kinds of operations: there are few. */
  readonly #words = new Map<string, string>()
  readonly #evaluated = new WeakMap<object, Evaluated>()

  /**
   * Adds `first`, the members, and the brace behind them: one text, which is encoded once.
   *
   * @param time what `first` says, ms: a decision of that instant does not repeat it
   */
  write(lines: LineBuffer, first: string, body: TrailBody, time: number): void {
    lines.write(`${first}${this.#members(body, time)}}`)
  }

  #members(body: TrailBody, time: number): string {
    if (body.kind === 'decision') return this.#decision(body, time)
    return body.kind === 'result' ? this.#result(body) : membersOf(body)
  }

  #decision(body: DecisionBody, time: number): string {
    const { operation, now, approval, refused, replayable } = body
    let members = `${this.#head(body, body.source).textOfDecision},"operation":${this.#operation(operation)}`
    if (now !== undefined && now !== time) members += `,"now":${now}`
    if (approval !== undefined) members += `,"approval":${jsonText(approval)}`
    members += this.#evaluation(body)
    if (refused !== undefined) members += `,"refused":${jsonText(refused)}`
    return replayable === undefined ? members : `${members},"replayable":${replayable}`
  }

  #operation(operation: DecisionBody['operation']): string {
    const record = operation as unknown as { readonly [member: string]: unknown }
    let members = ''
    for (const member in record) {
      const value = record[member]
      if (value === undefined || !Object.hasOwn(record, member)) continue
      members += `${members === '' ? '{' : ','}"${member}":${this.#value(member, value)}`
    }
    return `${members}}`
  }

  #value(member: string, value: unknown): string {
    if (member === 'catalog') return this.#catalog(value)
    return (member === 'protocol' || member === 'kind') && typeof value === 'string'
      ? this.#word(value)
      : jsonText(value)
  }

  #word(value: string): string {
    const known = this.#words.get(value)
    if (known !== undefined) return known
    const word = jsonText(value)
    if (this.#words.size < maxWords) this.#words.set(value, word)
    return word
  }

  #result(body: ResultBody): string {
    const { decisionSeq, rows, bytes, received, status, limit, durationUs } = body
    const counted = rows === undefined ? '' : `,"rows":${rows}`
    const heard = received === undefined ? '' : `,"received":${received}`
    const ended = status === 'ok' ? '"ok"' : jsonText(status)
    const overrun = limit === undefined ? '' : `,"limit":${jsonText(limit)}`
    return `${this.#head(body).text},"decisionSeq":${decisionSeq}${counted},"bytes":${bytes}${heard},"status":${ended}${overrun},"durationUs":${durationUs}`
  }

  /** Where anything of it is otherwise it is another one: no session gets what is said of another. */
  #head(who: Who, source?: string): Head {
    const { session, agent, user, role, task, target } = who
    const known = this.#heads.get(session)
    if (
      known !== undefined &&
      known.agent === agent &&
      known.user === user &&
      known.role === role &&
      known.task === task &&
      known.target === target &&
      (known.source === source || source === undefined)
    )
      return known
    let members = `,"session":${jsonText(session)}`
    if (agent !== undefined) members += `,"agent":${jsonText(agent)}`
    if (user !== undefined) members += `,"user":${jsonText(user)}`
    members += `,"role":${jsonText(role)}`
    if (task !== undefined) members += `,"task":${jsonText(task)}`
    const text = inOnePiece(`${members},"target":${jsonText(target)}`)
    const from = source ?? ''
    const textOfDecision = inOnePiece(`${text},"source":${jsonText(from)}`)
    const head = { session, agent, user, role, task, target, text, source: from, textOfDecision }
    if (this.#heads.size >= maxSessions) this.#heads.clear()
    this.#heads.set(session, head)
    return head
  }

  #catalog(catalog: unknown): string {
    if (typeof catalog !== 'object' || catalog === null) return jsonText(catalog)
    const known = this.#catalogs.get(catalog)
    if (known !== undefined) return known
    if (!isFrozenThroughout(catalog)) return jsonText(catalog)
    const json = inOnePiece(jsonText(catalog))
    this.#catalogs.set(catalog, json)
    return json
  }

  #evaluation(body: DecisionBody): string {
    const { requests, requestsDigest, decision, obligations, shadow } = body
    const known = requests && this.#evaluated.get(requests)
    if (
      known !== undefined &&
      known.decision === decision &&
      known.obligations === obligations &&
      known.shadow === shadow &&
      known.requestsDigest === requestsDigest
    )
      return known.members
    let json = requests === undefined ? '' : `,"requests":${jsonText(requests)}`
    if (requestsDigest !== undefined) json += `,"requestsDigest":${jsonText(requestsDigest)}`
    if (decision !== undefined) json += `,"decision":${jsonText(decision)}`
    if (obligations !== undefined) json += `,"obligations":${jsonText(obligations)}`
    if (shadow !== undefined) json += `,"shadow":${jsonText(shadow)}`
    const members = inOnePiece(json)
    if (requests !== undefined && Object.isFrozen(requests))
      this.#evaluated.set(requests, { requestsDigest, decision, obligations, shadow, members })
    return members
  }
}
