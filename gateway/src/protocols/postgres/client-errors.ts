/** What the gateway itself has to say against a client's message; no policy was asked. */
import type { WireError } from './refusals.ts'
import { reserved } from './statements.ts'

export const foreignType: WireError = {
  severity: 'ERROR',
  code: '42501',
  message: 'a parameter is declared to be of a type that is not built in, which may run code that no policy sees',
  detail: JSON.stringify({ code: 'unresolved' }),
  hint: 'next: leave the type of the parameter to the server',
}

/** What was found out about the names holds before the transaction ends; its end may take back what they mean. */
export const behindEnd: WireError = {
  severity: 'ERROR',
  code: '42501',
  message: 'names may mean something else once the transaction has ended, in which it was changed what they mean',
  detail: JSON.stringify({ code: 'unresolved' }),
  hint: 'next: send what ends the transaction alone',
}

export const tooLarge: WireError = {
  severity: 'ERROR',
  code: '54000',
  message: 'the statement is larger than the gateway reads',
  hint: 'next: send data by COPY or in several statements',
}
export const notUtf8: WireError = {
  severity: 'ERROR',
  code: '22021',
  message: 'the statement is not UTF-8',
  hint: 'next: PGCLIENTENCODING=UTF8',
}
export function tooMany(what: string): WireError {
  return {
    severity: 'ERROR',
    code: '54000',
    message: `too many ${what} in one session`,
    hint: `next: close ${what} that are not used`,
  }
}
export function noStatement(name: string): WireError {
  return { severity: 'ERROR', code: '26000', message: `prepared statement "${name}" does not exist` }
}
export function noPortal(name: string): WireError {
  return { severity: 'ERROR', code: '34000', message: `portal "${name}" does not exist` }
}
export const badName: WireError = {
  severity: 'ERROR',
  code: '42602',
  message: `a name is at most 63 printable ASCII characters and does not begin with \`${reserved}\``,
}
