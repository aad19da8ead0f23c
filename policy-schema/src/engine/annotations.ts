import type { ProtocolName } from '../operation.ts'

/** An annotation that means something here. */
export interface Annotation {
  /** Which protocols keep it in this version. On a policy whose scope admits another it is refused. */
  readonly enforcedBy: readonly ProtocolName[]
  /** Whether only an allow carries it: on a `forbid` it would never be kept. */
  readonly permitsOnly?: true
  readonly accepts: (value: string) => boolean
  /** What `accepts` wants, for a message. */
  readonly form: string
}

const everywhere = ['postgres', 'kubernetes', 'gate'] as const satisfies readonly ProtocolName[]
const postgres = ['postgres'] as const satisfies readonly ProtocolName[]
const nowhere = [] as const satisfies readonly ProtocolName[]

const text = { accepts: (value: string) => value.trim() !== '', form: 'a text' }
const count = { accepts: (value: string) => /^[1-9]\d{0,8}$/.test(value), form: 'a positive integer' }
const duration = {
  accepts: (value: string) => durationMs(value) !== undefined,
  form: 'a duration, `90s`, `15m`, `2h` or `1d`',
}
const size = {
  accepts: (value: string) => bytesOf(value) !== undefined,
  form: 'a number of bytes, `65536`, `64KiB`, `10MiB` or `1GiB`',
}

/** Law 11: what is not enforced is not loaded. Other names are the author's own and mean nothing here. */
export const annotations = {
  id: { enforcedBy: everywhere, ...text },
  owner: { enforcedBy: everywhere, ...text },
  reason: { enforcedBy: everywhere, ...text },
  approvers: {
    enforcedBy: everywhere,
    accepts: value => value.split(',').every(role => role.trim() !== ''),
    form: 'roles, separated by commas',
  },
  approvals: { enforcedBy: everywhere, ...count },
  approvalTtl: { enforcedBy: everywhere, ...duration },
  mode: { enforcedBy: everywhere, accepts: value => value === 'shadow', form: '`shadow`' },
  maxRows: { enforcedBy: postgres, permitsOnly: true, ...count },
  maxBytes: { enforcedBy: postgres, permitsOnly: true, ...size },
  statementTimeout: { enforcedBy: postgres, permitsOnly: true, ...duration },
  budget: { enforcedBy: nowhere, ...text },
} satisfies Readonly<Record<string, Annotation>>

/** Those that oblige: two policies that differ in one of them do not say the same. */
export const limitAnnotations: readonly string[] = Object.entries(annotations)
  .filter(([, annotation]) => 'permitsOnly' in annotation)
  .map(([name]) => name)

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `15m` in ms; `undefined` for what is no duration. */
export function durationMs(value: string): number | undefined {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(value)
  return match ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : undefined
}

const unitBytes = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** `10MiB` in bytes; `undefined` for what is no size. */
export function bytesOf(value: string): number | undefined {
  const match = /^([1-9]\d{0,5})(KiB|MiB|GiB)$/.exec(value)
  if (match) return Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes]
  return count.accepts(value) ? Number(value) : undefined
}

/** `sre-oncall, dba` as roles. */
export function approverRoles(value: string | undefined): readonly string[] {
  return (value ?? '').split(',').flatMap(role => (role.trim() === '' ? [] : [role.trim()]))
}

export function isShadow(of: { readonly [name: string]: string }): boolean {
  return of.mode === 'shadow'
}
