/** The only place that knows how a refusal looks to a Postgres client. */
import type { Refusal } from '../../core/contract.ts'
import { message } from './messages.ts'

/** @see PostgreSQL 18, 54.8 Error and Notice Message Fields; appendix A, Error Codes */
export interface WireError {
  readonly severity: 'ERROR' | 'FATAL'
  readonly code: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
}

/** What does not read as a plain deny (42501). */
const states: { readonly [code in Refusal['code']]?: string } = {
  auth_failed: '28P01',
  role_not_granted: '28000',
  unknown_target: '28000',
  no_bundle: '57P03',
  too_many_sessions: '53300',
  too_many_sessions_of_one: '53300',
  too_many_calls_of_one: '53300',
  session_ended: '57P01',
  draining: '57P01',
}

/** A denied operation: the session goes on. */
export function denied(refusal: Refusal, failedTransaction: boolean): Buffer {
  return errorResponse(
    failedTransaction && refusal.code === 'unresolved'
      ? transactionFailed
      : { severity: 'ERROR', code: states[refusal.code] ?? '42501', ...rendered(refusal) },
  )
}

/** A refused login or an ended session. */
export function ended(refusal: Refusal): Buffer {
  return errorResponse({ severity: 'FATAL', code: states[refusal.code] ?? '42501', ...rendered(refusal) })
}

const transactionFailed: WireError = {
  severity: 'ERROR',
  code: '25P02',
  message: 'current transaction is aborted, commands ignored until end of transaction block',
  hint: 'next: ROLLBACK',
}

/** The reason that its author wrote for people comes first; the detail is for programs. */
function rendered(refusal: Refusal): Pick<WireError, 'message' | 'detail' | 'hint'> {
  const { code, policies, commit, approvers } = refusal
  const detail = { code, policies: policies.slice(0, 32), commit, ...(approvers ? { approvers } : {}) }
  return {
    message: refusal.reasons.length > 0 ? `${refusal.reasons.join('; ')} (${refusal.message})` : refusal.message,
    detail: JSON.stringify(detail),
    ...(refusal.next === undefined ? {} : { hint: `next: ${refusal.next.replace(/^next: /, '')}` }),
  }
}

const textBytes = 8192

export function errorResponse(error: WireError): Buffer {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['S', error.severity],
    ['V', error.severity],
    ['C', error.code],
    ['M', error.message],
    ['D', error.detail],
    ['H', error.hint],
  ]
  const body = fields.flatMap(([field, text]) => (text === undefined ? [] : [`${field}${inert(text)}\0`])).join('')
  return message('E', `${body}\0`)
}

/** A zero byte would end the field early; other control characters would act on the reader's terminal. */
function inert(text: string): string {
  const clean = text.replace(/\p{Cc}|\p{Bidi_Control}/gu, found =>
    found === '\n' || found === '\t' ? found : '\u{FFFD}',
  )
  return clean.length > textBytes ? `${clean.slice(0, textBytes)}…` : clean
}
