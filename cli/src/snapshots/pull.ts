import { join } from 'node:path'
import { type PostgresSnapshot, snapshotQuery, toSnapshot } from '@cedargate/policy-schema'
import pg from 'pg'
import { writeWhole } from '../bundles/write.ts'
import { CliError } from '../errors.ts'
import type { Report } from '../report/report.ts'
import { counted } from '../report/style.ts'
import { openFolder } from '../repository.ts'
import { unknownTarget } from '../testing/operation.ts'

export interface PulledSnapshot {
  readonly target: string
  readonly file: string
  readonly snapshot: PostgresSnapshot
}

const connectMs = 10_000
const queryMs = 60_000

/**
 * Asks a target what its names resolve to and writes it where tests and `explain` look.
 *
 * @param url a connection string; libpq's variables unless given
 * @throws CliError `ERR_UNKNOWN_TARGET`, `ERR_SNAPSHOT` where the target cannot be reached or asked
 */
export async function pullSnapshot(folder: string, name: string, url: string | undefined): Promise<PulledSnapshot> {
  const repository = await openFolder(folder)
  const target = repository.targets.get(name)
  if (target === undefined) throw unknownTarget(name, repository)
  if (target.protocol !== 'postgres')
    throw new CliError('ERR_SNAPSHOT', `\`${name}\` is a \`${target.protocol}\` target, which needs no snapshot`)
  const snapshot = await ask(url, name)
  const path = `snapshots/${name}.json`
  writeWhole(join(folder, path), `${JSON.stringify(snapshot, undefined, 2)}\n`)
  return { target: name, file: path, snapshot }
}

async function ask(url: string | undefined, name: string): Promise<PostgresSnapshot> {
  const { noDeprecation } = process
  // That pg reads PGPASSFILE by itself only up to version 8 is for us to mend, not for who reads this output.
  process.noDeprecation = true
  const client = new pg.Client({
    ...(url === undefined ? {} : { connectionString: url }),
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
    application_name: 'cedargate snapshot',
  })
  try {
    await client.connect()
    // Whatever the login may do: this only reads.
    await client.query('SET default_transaction_read_only = on')
    const { rows } = await client.query<{ snapshot: unknown }>(snapshotQuery)
    return toSnapshot(rows[0]?.snapshot)
  } catch (cause) {
    throw new CliError(
      'ERR_SNAPSHOT',
      `\`${name}\` cannot be asked: ${reason(cause)}, next: check --url or PGHOST, PGUSER, PGPASSWORD; sslrootcert=FILE in --url names an authority of your own`,
      { cause },
    )
  } finally {
    await client.end()
    process.noDeprecation = noDeprecation === true
  }
}

/** In one clause, without Node's advice on its own flags. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return (cause.message || String((cause as NodeJS.ErrnoException).code)).replace(/; if the root CA .*/, '')
}

export function toPullReport({ target, file, snapshot }: PulledSnapshot): Report {
  const { database, searchPath, relations, functions, types, operators } = snapshot
  return {
    name: 'snapshot',
    data: { target, file, database, searchPath, relations: relations.length, functions: functions.length },
    pretty: style =>
      [
        `${style.green('written')} ${file}`,
        `  database ${database}, search path ${searchPath.join(', ')}`,
        `  ${counted(relations.length, 'relation')}, ${counted(functions.length, 'function')}, ${counted(types.length, 'type')}, ${counted(operators.length, 'operator')} of its own`,
      ].join('\n'),
  }
}
