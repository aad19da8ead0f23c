import { maxTrailLineLength } from './line.ts'

/**
 * The lines of a segment that is read piece by piece: split at `\n` alone, without it. What follows the last newline is
 * a line too, torn or not. A line over the cap is cut there, so that a file without newlines fills no memory.
 */
export async function* trailLines(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  // This option keeps a byte order mark: one that someone put in front must not go unseen.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = ''
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = (pieces.pop() ?? '').slice(0, maxTrailLineLength + 1)
    yield* pieces
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
