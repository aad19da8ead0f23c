import { styleText } from 'node:util'
import type { DecisionBody } from '@cedargate/policy-schema'

/** Where the demo speaks: chapters, commands with their output, and each decision as it happens. */
export interface Screen {
  chapter(title: string): void
  say(text: string): void
  /** A command as a person would type it. */
  command(line: string): void
  output(text: string): void
  /** What an agent is about to send. */
  asks(who: string, sql: string): void
  decision(event: DecisionBody & { readonly commit: string }, reasons: readonly string[]): void
  /** What the agent's client got back. */
  got(answer: string): void
  /** Slow work: what it is before it begins, how long it took after. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>
  expectation(sentence: string, held: boolean): void
}

type Style = Parameters<typeof styleText>[0]
const effects = {
  allow: { mark: '✓ allow', style: ['green', 'bold'] },
  deny: { mark: '✗ deny', style: ['red', 'bold'] },
  pending: { mark: '… pending', style: ['yellow', 'bold'] },
} as const satisfies { readonly [effect: string]: { readonly mark: string; readonly style: Style } }

/** @param out colours are used where it is a terminal; `NO_COLOR` and `FORCE_COLOR` are heeded */
export function createScreen(out: NodeJS.WritableStream): Screen {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out })
  const line = (text = '') => out.write(`${text}\n`)
  const lines = (text: string, indent: string) => {
    for (const each of text.trimEnd().split('\n')) line(`${indent}${each}`)
  }
  let chapters = 0
  return {
    chapter(title) {
      chapters += 1
      line()
      line(paint(['bold', 'cyan'], `${chapters}. ${title}`))
      line()
    },
    say: text => lines(text, '  '),
    command: text => line(`  ${paint('dim', '$')} ${paint('bold', text)}`),
    output: text => lines(text, `  ${paint('dim', '│')} `),
    asks(who, sql) {
      line()
      line(`  ${paint('magenta', who)}  ${sql}`)
    },
    decision(event, reasons) {
      const { decision } = event
      if (decision === undefined) return
      const { mark, style } = effects[decision.effect]
      const policies = decision.policies.length > 0 ? decision.policies.join(', ') : 'no policy'
      line(`    ${paint(style, mark)}  by ${policies}  ${paint('dim', `commit ${event.commit.slice(0, 7)}`)}`)
      for (const reason of reasons) line(`      ${paint('dim', reason)}`)
    },
    got: answer => line(`    ${paint('dim', '→')} ${answer}`),
    async step(what, work) {
      const begun = performance.now()
      out.write(`  ${what} … `)
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
