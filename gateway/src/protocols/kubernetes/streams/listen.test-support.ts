import { hasCode } from '../../../core/has-code.test-support.ts'
import type { Listener, Observer, Side } from './observer.ts'

export type Part = readonly [from: Side, bytes: Buffer]

/** What an observer says of a conversation, a line each. */
export async function hear(create: (listener: Listener) => Observer, parts: readonly Part[]): Promise<string[]> {
  const heard: string[] = []
  const observer = create({
    bytes: (channel, bytes, from) => heard.push(`${from} ${channel} ${bytes}`),
    ended: (channel, from) => heard.push(`${from} ${channel} ended`),
  })
  try {
    for (const [from, bytes] of parts) await observer.observe(from, bytes)
  } finally {
    observer.close()
  }
  return heard
}

/** As said in one piece, whatever the pieces in which it came. */
export function together(heard: readonly string[]): readonly string[] {
  const joined: string[] = []
  for (const each of heard) {
    const [from = '', channel = '', ...text] = each.split(' ')
    const last = joined.at(-1)
    if (last?.startsWith(`${from} ${channel} `) && !each.endsWith(' ended') && !last.endsWith(' ended'))
      joined[joined.length - 1] = last + text.join(' ')
    else joined.push(each)
  }
  return joined
}

/** Each conversation with one of its parts cut in two, at each of its bytes. */
export function* cuts(parts: readonly Part[]): Iterable<readonly Part[]> {
  for (const [n, [from, bytes]] of parts.entries())
    for (let at = 1; at < bytes.length; at += 1)
      yield [...parts.slice(0, n), [from, bytes.subarray(0, at)], [from, bytes.subarray(at)], ...parts.slice(n + 1)]
}

export const byteByByte = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap(([from, all]) => [...all].map((byte): Part => [from, Buffer.from([byte])]))

/** Whether a conversation ends with that code at its last part, and not before. */
export async function endsWith(
  create: (listener: Listener) => Observer,
  parts: readonly Part[],
  code: string,
): Promise<string | undefined> {
  const observer = create({ bytes() {} })
  try {
    for (const [n, [from, bytes]] of parts.entries())
      try {
        await observer.observe(from, bytes)
      } catch (error) {
        if (n === parts.length - 1 && hasCode(code)(error)) return undefined
        return `part ${n}: ${error}`
      }
    return 'it did not end'
  } finally {
    observer.close()
  }
}
