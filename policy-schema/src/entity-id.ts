/** One segment of an entity id, so that a name cannot reach into its neighbour. */
export function segment(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2F')
}
