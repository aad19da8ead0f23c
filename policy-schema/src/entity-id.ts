/** One segment of an entity id, so that a name cannot reach into its neighbour. */
export function segment(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2F')
}

/** The name again. Anything else in it that looks encoded is a name as it stands. */
export function unsegment(segment: string): string {
  return segment.replaceAll('%2F', '/').replaceAll('%25', '%')
}
