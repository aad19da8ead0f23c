import { loadGrammars, snapshotQuery, toSnapshot } from '@cedargate/policy-schema'
import { differenceOf } from '../../differential/coverage.ts'
import { type Differential, openDifferential, prepareDatabase } from '../../differential/differential.ts'
import { startPostgres } from '../../peers/index.ts'
import { createRandom } from '../random.ts'
import { createGrammar, type Tokens } from './grammar.ts'
import { holdForTokens } from './laws.ts'
import { plainly } from './spelling.ts'

export interface Fuzzed {
  readonly texts: number
  readonly asked: number
  /** Compared with what the server locked. */
  readonly compared: number
}

/** Each how-many-th text is also run on the server. */
const sampled = 8

/**
 * Makes texts until the time is up, each from a seed of its own, and holds the laws over them.
 *
 * @throws Error that names the seed and the shortest text found that breaks the same law
 */
export async function fuzzSql(options: { readonly seed: number; readonly milliseconds: number }): Promise<Fuzzed> {
  await loadGrammars()
  await using undo = new AsyncDisposableStack()
  const server = await startPostgres({ settings: { log_statement: 'none', log_min_messages: 'fatal' } })
  undo.defer(() => server.stop())
  await prepareDatabase(server)
  const [row] = await server.query(snapshotQuery, { database: 'orders' })
  const snapshot = toSnapshot(row?.snapshot)
  const both = await openDifferential(server)
  undo.defer(() => both.end())
  const count = { texts: 0, asked: 0, compared: 0 }
  const end = performance.now() + options.milliseconds
  for (let seed = options.seed; performance.now() < end; seed++) {
    const tokens = createGrammar(createRandom(seed)).text()
    const law = (some: Tokens) => holdForTokens(snapshot, some, createRandom(seed))
    try {
      count.texts++
      if ('requests' in law(tokens)) count.asked++
    } catch (error) {
      throw failure(
        seed,
        shrunk(tokens, some => breaks(() => law(some), error)),
        error,
      )
    }
    if (count.texts % sampled !== 0) continue
    const holes = await holesOf(both, tokens)
    if (holes !== undefined) count.compared++
    if (holes?.length) throw failure(seed, tokens, new Error(`locked and not asked: ${holes.join(', ')}`))
  }
  return count
}

/** What the server locks and we do not ask; `undefined` where one of both refuses the text. */
async function holesOf(both: Differential, tokens: Tokens): Promise<readonly string[] | undefined> {
  const outcome = await both.compare(plainly(tokens))
  return outcome.is === 'compared' ? differenceOf(outcome).unasked.filter(lock => !isPartition(lock)) : undefined
}

/** The bounds of a partition are looked up in its parent, no row is read. */
const isPartition = (lock: string) => /^AccessShareLock public\/measures(?:_high)?$/.test(lock)

const failure = (seed: number, tokens: Tokens, cause: unknown) =>
  new Error(`seed ${seed}: ${(cause as Error).message}\n${JSON.stringify(plainly(tokens))}`, { cause })

const firstLine = (error: unknown) => (error as Error).message.split(':')[0]

function breaks(law: () => unknown, like: unknown): boolean {
  try {
    law()
    return false
  } catch (error) {
    return firstLine(error) === firstLine(like)
  }
}

/** Takes out ever smaller runs of tokens as long as the law breaks. */
function shrunk(tokens: Tokens, isBroken: (shorter: Tokens) => boolean): Tokens {
  let best = tokens
  for (let length = best.length >> 1; length >= 1; length >>= 1)
    for (let at = 0; at + length <= best.length; ) {
      const shorter = [...best.slice(0, at), ...best.slice(at + length)]
      if (isBroken(shorter)) best = shorter
      else at += length
    }
  return best
}
