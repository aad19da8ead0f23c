/** A decision of the control plane. Its target is the reserved name `gate`. */
export interface GateOperation {
  readonly protocol: 'gate'
  readonly kind: 'assumeRole' | 'approve' | 'watch' | 'kill' | 'breakGlass'
  /** The role asked for, the requester's, or that of the watched session. */
  readonly role: string
  readonly asked?: { readonly target?: string; readonly protocol?: string }
  readonly catalog?: never
}
