import type { DecodedBody } from './body.ts'
import { isRecord, Part, Unreadable } from './part.ts'
import { withVersion } from './protobuf-body.ts'

/** Which object it was when it was read, and what of it. */
export interface ObjectVersion {
  readonly resourceVersion: string
  readonly uid?: string
}

/**
 * An update or patch that the target refuses with a conflict, should the object no longer be what was decided on.
 *
 * @returns why it cannot be pinned, as a text
 */
export function pinned({ form, value, bytes }: DecodedBody, version: ObjectVersion): DecodedBody | string {
  const { resourceVersion } = version
  if (form === 'json-patch') {
    if (!Array.isArray(value)) return 'a JSON patch is a list'
    return { form, value: [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, ...value] }
  }
  if (!isRecord(value)) return 'it is no object'
  try {
    const metadata = new Part(value, '').part('metadata')
    if (value.metadata === null) return 'it takes away `metadata`'
    const given = metadata.text('resourceVersion')
    if (given !== '' && given !== resourceVersion) return 'it is made for another version of the object'
    const uid = metadata.text('uid')
    if (uid !== '' && version.uid !== undefined && uid !== version.uid) return 'it is made for another object'
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
  const { metadata, ...rest } = value
  // an update or an apply would make the object anew where it is gone, but for its UID; a patch never does
  const named: ObjectVersion = form.endsWith('merge-patch') ? { resourceVersion } : version
  return {
    ...{ form, value: { ...rest, metadata: { ...(metadata as object | undefined), ...named } } },
    ...(bytes !== undefined && { bytes: withVersion(bytes, named) }),
  }
}
