import { DemoError } from './errors.ts'
import type { Screen } from './screen.ts'

/** What the demo claims, checked as it goes. */
export interface Expectations {
  /** Shows a claim with whether it held. */
  claim(sentence: string, held: boolean): void
  /** Shows it only if it did not hold. */
  hold(sentence: string, held: boolean): void
  /** How many held. @throws DemoError `ERR_DEMO_EXPECTATION` if any did not */
  conclude(): void
}

export function createExpectations(screen: Screen): Expectations {
  let total = 0
  const broken: string[] = []
  const note = (sentence: string, held: boolean) => {
    total += 1
    if (!held) broken.push(sentence)
  }
  return {
    claim(sentence, held) {
      note(sentence, held)
      screen.expectation(sentence, held)
    },
    hold(sentence, held) {
      note(sentence, held)
      if (!held) screen.expectation(sentence, held)
    },
    conclude() {
      if (broken.length > 0)
        throw new DemoError(
          'ERR_DEMO_EXPECTATION',
          `${broken.length} of ${total} expectations did not hold: ${broken.join('; ')}`,
        )
      screen.say(`all ${total} expectations held`)
    },
  }
}
