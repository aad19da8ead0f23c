import type { Pool } from 'undici'
import type { Question, Told } from './catalog.ts'
import type { Free } from './room.ts'

const answerMs = 30_000
/** Of an object: etcd holds none of more than 1.5 MiB, and JSON is longer than what it holds. */
const maxAnswerBytes = 8 * 1024 * 1024

/**
 * @param headers what the target is shown, names and values by turns
 * @param hold takes room for so many bytes; `undefined`: there is none
 * @returns `undefined`: nobody answered in time, or for too long, or there was no room for it
 */
export async function ask(
  pool: Pool,
  headers: readonly string[],
  question: Question,
  hold: (bytes: number) => Free | undefined,
): Promise<Told | undefined> {
  const held: Free[] = []
  const { method, target, body, contentType } = question
  try {
    const response = await pool.request({
      method,
      path: target,
      headers: [...headers, 'Accept', 'application/json', ...(contentType ? ['Content-Type', contentType] : [])],
      body: body ?? null,
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    })
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      const free = hold(chunk.length)
      if (bytes > maxAnswerBytes || free === undefined) return undefined
      held.push(free)
      chunks.push(chunk)
    }
    return { status: response.statusCode, object: parsed(Buffer.concat(chunks).toString()) }
  } catch {
    return undefined
  } finally {
    for (const free of held) free()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
