import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { HighWaterMark } from '@cedargate/policy-schema'
import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { GatewayError } from '../core/errors.ts'
import { makeFolder } from '../state/make-folder.ts'
import { migrations, type Tables } from './migrations.ts'
import { sqliteDialect } from './sqlite.ts'

export type StoreCode =
  /** The file cannot be opened, is no database of ours, or was written by a later release. */
  | 'ERR_STORE_OPEN'
  /** It was opened, and now does not answer. */
  | 'ERR_STORE_UNAVAILABLE'

/** What a gateway must not forget when it restarts. */
export interface Store {
  /** Names the gateway in its trail; made at random with the store. */
  gatewayId(): Promise<string>
  /** @param key `markKey` of a repository and ref */
  highWaterMark(key: string): Promise<HighWaterMark | undefined>
  /**
   * Raises a mark in one step: never lowers it, nor replaces it by another commit of the same count.
   *
   * @returns whether the mark is now this one
   */
  raise(key: string, mark: HighWaterMark): Promise<boolean>
  close(): Promise<void>
}

/** Under which a repository's mark is kept. */
export function markKey({ repository, ref }: { readonly repository: string; readonly ref: string }): string {
  return JSON.stringify([repository, ref])
}

/**
 * Opens the store of one gateway, an SQLite file that only its user can read, and brings it up to date.
 *
 * @param folder of the state; made where it is missing
 * @throws GatewayError `ERR_STORE_OPEN`; methods fail with `ERR_STORE_UNAVAILABLE`
 */
export async function openStore(folder: string): Promise<Store> {
  const path = join(folder, 'store.sqlite')
  let db: Kysely<Tables> | undefined
  try {
    createFile(folder, path)
    db = new Kysely<Tables>({ dialect: sqliteDialect(path) })
    await migrate(db)
    await ensureGatewayId(db)
  } catch (cause) {
    await db?.destroy()
    throw new GatewayError<StoreCode>(
      'ERR_STORE_OPEN',
      `the store \`${path}\` cannot be opened: ${(cause as Error).message}`,
      { cause },
    )
  }
  return createStore(db)
}

function createStore(db: Kysely<Tables>): Store {
  return {
    async gatewayId() {
      const { id } = await answered(db.selectFrom('gateway').select('id').executeTakeFirstOrThrow())
      return id
    },
    async highWaterMark(key) {
      const row = await answered(db.selectFrom('high_water_mark').selectAll().where('key', '=', key).executeTakeFirst())
      if (row === undefined) return undefined
      const { epoch, commits, issued_at: issuedAt, commit, digest } = row
      return { epoch, commits, issuedAt, commit, digest }
    },
    async raise(key, { epoch, commits, issuedAt, commit, digest }) {
      const { numInsertedOrUpdatedRows } = await answered(
        db
          .insertInto('high_water_mark')
          .values({ key, epoch, commits, issued_at: issuedAt, commit, digest })
          .onConflict(conflict =>
            conflict
              .column('key')
              .doUpdateSet({ epoch, commits, issued_at: issuedAt, commit, digest })
              .where(notLower)
              .where(notForked),
          )
          .executeTakeFirst(),
      )
      return numInsertedOrUpdatedRows === 1n
    },
    async close() {
      await db.destroy()
    },
  }
}

// Times are ISO 8601 in UTC with milliseconds, so their order is that of their texts.
const notLower = sql<boolean>`(excluded.epoch, excluded.commits, excluded.issued_at)
  >= (high_water_mark.epoch, high_water_mark.commits, high_water_mark.issued_at)`
const notForked = sql<boolean>`((excluded.epoch, excluded.commits) <> (high_water_mark.epoch, high_water_mark.commits)
  or (excluded."commit", excluded.digest) = (high_water_mark."commit", high_water_mark.digest))`

/** The file is made before SQLite sees it, with a mode that its journal then takes over. */
function createFile(folder: string, path: string): void {
  makeFolder(folder)
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  }).migrateToLatest()
  if (error !== undefined) throw error
}

async function ensureGatewayId(db: Kysely<Tables>): Promise<void> {
  const id = `gw-${randomBytes(8).toString('hex')}`
  const row = await db.selectFrom('gateway').select('id').executeTakeFirst()
  if (row === undefined) await db.insertInto('gateway').values({ id }).execute()
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    throw new GatewayError<StoreCode>('ERR_STORE_UNAVAILABLE', `the store failed: ${(cause as Error).message}`, {
      cause,
    })
  }
}
