import type { Session } from '../operation.ts'
import type { Who } from './events.ts'

/** What every line of a session's operations says of it. */
export function whoOf({ id, principal, role, task, target }: Session): Who {
  const name = principal.type === 'Gate::User' ? { user: principal.id } : { agent: principal.id }
  return { session: id, ...name, role, ...(task && { task: task.id }), target }
}
