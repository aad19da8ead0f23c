import type { WireProtocolName } from '../operation.ts'

/** A policy repository, read and found valid. Immutable. */
export interface Repository {
  /** Full SHA; `worktree` where the files are of no commit. */
  readonly commit: string
  /** SHA-256 over path → SHA-256 of each file. */
  readonly digest: string
  readonly files: ReadonlyMap<string, string>
  readonly config: RepositoryConfig
  readonly identities: Identities
  readonly targets: ReadonlyMap<string, Target>
  /** By id, sorted. */
  readonly policies: readonly Policy[]
  readonly tests: readonly PolicyTest[]
  /** Target name → what `cedargate snapshot pull` wrote. */
  readonly snapshots: ReadonlyMap<string, object>
}

/** `cedargate.yaml` */
export interface RepositoryConfig {
  readonly name: string
  /** major.minor of the authoring schema. */
  readonly schemaVersion: string
  /** True where an empty policy set is meant: everything denied. */
  readonly denyAll?: boolean
  readonly lint?: { readonly rules?: { readonly [rule: string]: 'error' | 'warning' | 'off' | RuleConfig } }
  readonly simulate?: { readonly failOn?: readonly string[] }
  /** Role → whom to notify of a wish for an approval. */
  readonly notify?: { readonly [role: string]: readonly string[] }
}
export interface RuleConfig {
  readonly level?: 'error' | 'warning' | 'off'
  readonly ignore?: readonly string[]
  readonly [option: string]: unknown
}

/** One policy of `policies/*.cedar`. */
export interface Policy {
  /** Its `@id`. */
  readonly id: string
  /** Exactly this policy's source, without its neighbours. */
  readonly text: string
  readonly effect: 'permit' | 'forbid'
  readonly annotations: { readonly [name: string]: string }
  readonly file: string
  /** Of the first character of `text`, from 1. */
  readonly line: number
  readonly column: number
}

/** `targets.yaml`: one target. `settings` is what the protocol's `targetSchema` describes. */
export interface Target<Settings = unknown> {
  readonly name: string
  readonly protocol: WireProtocolName
  /** `env=prod`, sorted. */
  readonly tags: readonly string[]
  readonly settings: Settings
}

/** `identities.yaml` */
export interface Identities {
  readonly issuers: ReadonlyMap<string, Issuer>
}

/** Who may vouch for an agent or a user, and how verified claims become roles. */
export interface Issuer {
  readonly name: string
  /** The `iss` claim, compared exactly. */
  readonly issuer: string
  /** The `aud` claim that must be there. */
  readonly audience: string
  /** Public JWKs of the key set that the issuer names: Ed25519 (`OKP`, `kid` required). */
  readonly keys: readonly { readonly kty: string; readonly crv: string; readonly x: string; readonly kid: string }[]
  /** What `sub` names. */
  readonly principal: 'agent' | 'user'
  /** Every grant whose `when` holds gives its roles. */
  readonly grants: readonly Grant[]
}
export interface Grant {
  /** Claim → the value it must equal, or one of a list; all must hold. Never empty. */
  readonly when: { readonly [claim: string]: string | readonly string[] }
  readonly roles: readonly string[]
}

/** One entry of `tests/*.test.yaml`. */
export interface PolicyTest {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly as: {
    readonly agent?: string
    readonly user?: string
    readonly role: string
    readonly owner?: string
    readonly issuer?: string
    readonly task?: { readonly id?: string; readonly kind?: string }
  }
  readonly target: string
  /** The shorthand as written: `{sql: …}`. */
  readonly operation: { readonly [shorthand: string]: unknown }
  /** ISO 8601; a fixed instant unless given. */
  readonly at?: string
  /** 127.0.0.1 unless given. */
  readonly from?: string
  /** Whether the task is verified; true unless given. */
  readonly verified?: boolean
  /** The name of a snapshot; the target's unless given. */
  readonly snapshot?: string
  readonly approved?: { readonly roles: readonly string[]; readonly approvers?: readonly string[] }
  readonly expect: 'allow' | 'deny' | 'pending'
  /** The determining policies, exactly. */
  readonly by?: readonly string[]
  readonly reason?: string
  readonly approvers?: readonly string[]
}
