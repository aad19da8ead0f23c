import { classifies, type PostgresSnapshot, type PostgresTargetSettings } from '@cedargate/policy-schema'
import { atOffset, type Rule } from '../../linting/rule.ts'

type Relations = PostgresSnapshot['relations']

/** A tag on a name that is misspelled protects nothing, and reads as if it did. */
export const unknownClassification: Rule = {
  name: 'unknown-classification',
  category: 'security',
  level: 'warning',
  summary: 'a classification of a table or column that the snapshot does not hold',
  *checkAll({ repository }) {
    const file = 'targets.yaml'
    const text = repository.files.get(file) ?? ''
    for (const { name, settings } of repository.targets.values()) {
      const { relations } = (repository.snapshots.get(name) ?? {}) as Partial<PostgresSnapshot>
      if (relations === undefined) continue
      let offset = Math.max(text.indexOf(`${name}:`), 0)
      for (const { table, columns = [] } of (settings as Partial<PostgresTargetSettings>).classification ?? []) {
        offset = Math.max(text.indexOf(table, offset + 1), offset)
        const meant = relations.filter(relation => classifies(table, relation.schema, relation.name))
        if (meant.length === 0)
          yield {
            message: `\`${table}\` is no table in the snapshot of \`${name}\`, ${next(name)}`,
            at: atOffset(file, text, offset, table.length),
          }
        else
          for (const column of columns.filter(column => lacks(meant, column)))
            yield {
              message: `\`${column}\` is no column of \`${table}\` in the snapshot of \`${name}\`, ${next(name)}`,
              at: atOffset(file, text, Math.max(text.indexOf(column, offset + table.length), offset), column.length),
            }
      }
    }
  },
}

const next = (target: string) => `next: correct the name, or \`cedargate snapshot pull ${target}\` if it is new`

/** A snapshot of an older version does not hold columns. */
const lacks = (relations: Relations, column: string) =>
  relations.every(({ columns }) => columns !== undefined && !columns.includes(column))
