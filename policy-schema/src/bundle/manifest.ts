/** The `payloadType` of the DSSE envelope. */
export const payloadType = 'application/vnd.cedargate.bundle+json'

/** What a bundle says of itself. Order is (`epoch`, `commits`, `issuedAt`). */
export interface BundleManifest {
  readonly repository: string
  /** `refs/heads/main` */
  readonly ref: string
  readonly commit: string
  readonly epoch: number
  /** `git rev-list --count` over all ancestors. */
  readonly commits: number
  /** ISO 8601, UTC */
  readonly issuedAt: string
  readonly expiresAt: string
  /** Which gateways may load it. */
  readonly audience: string
  /** `4.13.0` */
  readonly cedarVersion: string
  /** major.minor of the authoring schema. */
  readonly schemaVersion: string
  /** SHA-256 over path → SHA-256; equals `Repository.digest`. */
  readonly digest: string
  /** Report name (`lint`, `test`, `simulate`) → SHA-256 of its JSON. */
  readonly reports: { readonly [name: string]: string }
}

/** What is signed: these exact bytes. */
export interface BundlePayload {
  readonly manifest: BundleManifest
  /** path → UTF-8 text */
  readonly files: { readonly [path: string]: string }
}

/** DSSE v1. */
export interface DsseEnvelope {
  readonly payloadType: string
  /** base64 */
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}
