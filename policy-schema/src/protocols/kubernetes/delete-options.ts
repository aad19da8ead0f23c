import { Part, Unreadable } from './part.ts'

/**
 * Whether the body of a DELETE asks for a trial and nothing else. Where there is a body it counts alone, and the query not at all.
 *
 * @see k8s.io/apiserver, `pkg/endpoints/handlers/delete.go`: DeleteResource, DeleteCollection
 */
export function isDryDelete(options: unknown): boolean {
  try {
    const whole = new Part(options, '')
    const said = whole.texts('dryRun')
    return said.length > 0 && said.every(value => value === 'All') && ['', 'DeleteOptions'].includes(whole.text('kind'))
  } catch (error) {
    if (error instanceof Unreadable) return false
    throw error
  }
}
