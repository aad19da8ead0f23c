import type { Diagnostic } from '@cedargate/policy-schema'
import type { Style } from './style.ts'

export const formats = ['pretty', 'json', 'github', 'sarif', 'junit'] as const
export type Format = (typeof formats)[number]

/** What a command found out. Each format takes from it what it can show; the command never asks which one. */
export interface Report {
  /** The command, `lint`. */
  readonly name: string
  /** What `json` prints. */
  readonly data: unknown
  /** What `pretty` prints: what matters first. */
  readonly pretty: (style: Style) => string
  /** What `github` and `sarif` point at. */
  readonly findings?: readonly Finding[]
  /** What `junit` counts; findings stand in where there are none. */
  readonly cases?: readonly Case[]
}

export interface Finding extends Diagnostic {
  /** What its rule finds, in one clause. */
  readonly about?: string
}

export interface Case {
  readonly suite: string
  readonly name: string
  readonly file?: string
  readonly line?: number
  /** Absent: it passed. */
  readonly failure?: string
}
