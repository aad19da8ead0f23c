import { styleText } from 'node:util'
import { operationWords, requestWords } from '@cedargate/cli/words'
import type { Decision, DecisionBody } from '@cedargate/policy-schema'

type Decided = DecisionBody & { readonly commit: string }

/** Where the demo speaks: chapters, commands with their output, and each decision as it happens. */
export interface Screen {
  /** Whether colours are shown, so that commands run in view show theirs. */
  readonly color: boolean
  chapter(title: string): void
  say(text: string): void
  /** A command as a person would type it. */
  command(line: string): void
  output(text: string): void
  /** Who does what next, and a word more. */
  asks(who: string, more: string): void
  /** What an agent's client is told to do. */
  told(text: string): void
  decision(event: Decided): void
  /** A decision as its line in the trail. */
  trailLine(event: Decided & { readonly seq: number; readonly time: string }): void
  /** What the agent's client got back, and a word more. */
  got(answer: string, more?: string): void
  /** Slow work: what it is before it begins, how long it took after. Who is interrupted meanwhile does not get its result. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>
  expectation(sentence: string, held: boolean): void
}

type Style = Parameters<typeof styleText>[0]
const effects = {
  allow: { mark: '✓ allow', style: ['green', 'bold'] },
  deny: { mark: '✗ deny', style: ['red', 'bold'] },
  pending: { mark: '… pending', style: ['yellow', 'bold'] },
} as const satisfies { readonly [effect: string]: { readonly mark: string; readonly style: Style } }

/** `select on Table orders-db/orders/audit/events`, of the first request that was answered as the whole was. */
function asked({ operation, requests = [], decision }: Decided): string {
  const telling = requests.find(({ effect }) => (effect === 'allow') === (decision?.effect === 'allow')) ?? requests[0]
  if (telling === undefined) return operationWords(operation, 60)
  return (
    requestWords(telling.action, telling.resource) + (requests.length > 1 ? ` and ${requests.length - 1} more` : '')
  )
}

const policiesOf = ({ policies }: Decision) => (policies.length > 0 ? policies.join(', ') : 'no policy')

/**
 * @param out colours are used where it is a terminal; `NO_COLOR` and `FORCE_COLOR` are heeded
 * @param signal once aborted, whatever would be shown next throws
 */
export function createScreen(out: NodeJS.WritableStream, signal?: AbortSignal): Screen {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out })
  const write = (text: string) => {
    signal?.throwIfAborted()
    out.write(text)
  }
  const line = (text = '') => write(`${text}\n`)
  const lines = (text: string, indent: string) => {
    for (const each of text.trimEnd().split('\n')) line(`${indent}${each}`.trimEnd())
  }
  let chapters = 0
  return {
    color: paint('bold', '') !== '',
    chapter(title) {
      chapters += 1
      line()
      line(paint(['bold', 'cyan'], `${chapters}. ${title}`))
      line()
    },
    say: text => lines(text, '  '),
    command: text => line(`  ${paint('dim', '$')} ${paint('bold', text)}`),
    output: text => lines(text, `  ${paint('dim', '│')} `),
    asks(who, more) {
      line()
      line(`  ${paint('magenta', who)}  ${more}`.trimEnd())
    },
    told: text => line(`    ${paint('bold', text)}`),
    decision(event) {
      const { decision } = event
      if (decision === undefined) return
      const { mark, style } = effects[decision.effect]
      const commit = paint('dim', `commit ${event.commit.slice(0, 7)}`)
      line(`    ${paint(style, mark)} ${asked(event)}  by ${policiesOf(decision)}  ${commit}`)
    },
    trailLine({ seq, time, commit, role, operation, decision }) {
      if (decision === undefined) return
      const { mark, style } = effects[decision.effect]
      const head = `${String(seq).padStart(4)}  ${time.slice(11, 23)}  ${commit.slice(0, 7)}  ${role.padEnd(11)}`
      line(
        `  ${paint('dim', head)}  ${paint(style, mark.padEnd(9))}  ${operationWords(operation, 76)}  ${paint('dim', policiesOf(decision))}`,
      )
    },
    got(answer, more) {
      const [first = '', ...others] = answer.split('\n')
      line(`    ${paint('dim', '→')} ${first}`)
      for (const each of others) line(`      ${each}`)
      if (more !== undefined) line(`      ${paint('dim', more)}`)
    },
    async step(what, work) {
      const begun = performance.now()
      write(`  ${what} … `)
      try {
        const result = await work()
        line(paint('dim', `${((performance.now() - begun) / 1000).toFixed(1)} s`))
        return result
      } catch (error) {
        line(paint('red', 'failed'))
        throw error
      }
    },
    expectation: (sentence, held) =>
      line(held ? `  ${paint('green', '✓')} ${sentence}` : `  ${paint(['red', 'bold'], '✗')} ${sentence}`),
  }
}
