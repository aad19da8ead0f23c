import type { Diagnostic } from '../errors.ts'
import { checkShape } from './check.ts'
import { configShape } from './shapes.ts'
import type { RepositoryConfig } from './types.ts'
import { schemaVersion, schemaVersionFits } from './version.ts'
import type { YamlDocument } from './yaml.ts'

export type ConfigCode = 'ERR_SCHEMA_VERSION'

/** What was read of a part of the repository; `value` only where it has the right shape. */
export interface Reading<T> {
  readonly value?: T
  readonly diagnostics: readonly Diagnostic[]
}

/** `cedargate.yaml` */
export function readConfig(document: YamlDocument): Reading<RepositoryConfig> {
  const diagnostics = checkShape(document, configShape, document.value)
  if (diagnostics.length > 0) return { diagnostics }
  const config = document.value as RepositoryConfig
  if (schemaVersionFits(config.schemaVersion)) return { value: config, diagnostics }
  const message = `schema version \`${config.schemaVersion}\` is not read by this release, which speaks \`${schemaVersion}\``
  return { diagnostics: [document.report('ERR_SCHEMA_VERSION', message, ['schemaVersion'])] }
}
