import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What the store holds, as the migrations below leave it. */
export interface Tables {
  /** One row. */
  readonly gateway: { readonly id: string }
  /** One row for each repository and ref: the highest bundle that was ever in force. */
  readonly high_water_mark: {
    readonly key: string
    readonly epoch: number
    readonly commits: number
    readonly issued_at: string
    readonly commit: string
    readonly digest: string
  }
}

/** In the order of their names. One that was released is never changed: add the next. */
export const migrations: { readonly [name: string]: Migration } = {
  '0001-gateway-and-mark': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('gateway')
        .addColumn('id', 'text', column => column.primaryKey().notNull())
        .execute()
      await db.schema
        .createTable('high_water_mark')
        .addColumn('key', 'text', column => column.primaryKey().notNull())
        .addColumn('epoch', 'integer', column => column.notNull())
        .addColumn('commits', 'integer', column => column.notNull())
        .addColumn('issued_at', 'text', column => column.notNull())
        .addColumn('commit', 'text', column => column.notNull())
        .addColumn('digest', 'text', column => column.notNull())
        .execute()
    },
  },
}
