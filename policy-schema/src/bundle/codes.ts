import type { PolicyError } from '../errors.ts'

/** Why a bundle is refused. Beside these, the codes of `openRepository` and `validateRepository` for what it holds. */
export type BundleCode =
  | 'ERR_BUNDLE_TOO_LARGE'
  /** Not JSON, a member given twice, or, in the payload, not the one canonical spelling. */
  | 'ERR_BUNDLE_JSON'
  | 'ERR_BUNDLE_BASE64'
  /** Not a DSSE envelope. */
  | 'ERR_BUNDLE_ENVELOPE'
  | 'ERR_BUNDLE_TYPE'
  /** The envelope wants to say how it is verified. */
  | 'ERR_BUNDLE_ALGORITHM'
  | 'ERR_BUNDLE_UNSIGNED'
  /** No signature is by a trusted key. */
  | 'ERR_BUNDLE_KEY'
  /** A signature that names a trusted key does not hold. */
  | 'ERR_BUNDLE_SIGNATURE'
  /** Fewer distinct trusted keys signed than must. */
  | 'ERR_BUNDLE_THRESHOLD'
  | 'ERR_BUNDLE_MANIFEST'
  | 'ERR_BUNDLE_AUDIENCE'
  | 'ERR_BUNDLE_REPOSITORY'
  | 'ERR_BUNDLE_REF'
  | 'ERR_BUNDLE_EPOCH'
  /** Older than the highest that was seen. */
  | 'ERR_BUNDLE_ORDER'
  /** The same count of commits as one that was seen, and another commit or content. */
  | 'ERR_BUNDLE_FORKED'
  | 'ERR_BUNDLE_EXPIRED'
  | 'ERR_BUNDLE_FUTURE'
  | 'ERR_BUNDLE_CEDAR'
  | 'ERR_BUNDLE_SCHEMA'
  | 'ERR_BUNDLE_DIGEST'
  | 'ERR_BUNDLE_PATH'
  /** A file that no policy repository is read from. */
  | 'ERR_BUNDLE_FILE'
  /** The trust root itself cannot be met. */
  | 'ERR_BUNDLE_TRUST'

export type BundleError = PolicyError<BundleCode>
