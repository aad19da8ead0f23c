import { readFileSync } from 'node:fs'
import { GatewayError } from '../core/errors.ts'

export type ConfigFileCode = 'ERR_CONFIG_FILE'

/**
 * Reads a file that the configuration names.
 *
 * @param key where it is named, `bundle.keys`
 * @throws GatewayError `ERR_CONFIG_FILE`
 */
export function readConfigured(path: string, key: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new GatewayError<ConfigFileCode>(
      'ERR_CONFIG_FILE',
      `\`${path}\` cannot be read (${code}), next: check \`${key}\` in gateway.yaml and the file's owner and mode`,
      { cause },
    )
  }
}
