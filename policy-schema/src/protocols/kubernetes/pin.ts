import type { DecodedBody } from './body.ts'
import { isRecord, Part, Unreadable } from './part.ts'
import { withVersion } from './protobuf-body.ts'

/**
 * An update or patch that the target refuses with a conflict, should the object no longer be what was decided on.
 *
 * @param resourceVersion of the object when it was read
 * @returns why it cannot be pinned, as a text
 */
export function pinned({ form, value, bytes }: DecodedBody, resourceVersion: string): DecodedBody | string {
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
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
  const { metadata, ...rest } = value
  return {
    ...{ form, value: { ...rest, metadata: { ...(metadata as object | undefined), resourceVersion } } },
    ...(bytes !== undefined && { bytes: withVersion(bytes, resourceVersion) }),
  }
}
