/** major.minor of the schema that policies are written against; `base.cedarschema` says the same. */
export const schemaVersion = '1.0'

/** Whether a repository that was written against this version is read alike by ours: the same major, no later minor. */
export function schemaVersionFits(version: string): boolean {
  const [major, minor] = parts(version)
  const [ourMajor, ourMinor] = parts(schemaVersion)
  return major === ourMajor && minor !== undefined && ourMinor !== undefined && minor <= ourMinor
}

function parts(version: string): readonly number[] {
  return /^\d{1,4}\.\d{1,4}$/.test(version) ? version.split('.').map(Number) : []
}
