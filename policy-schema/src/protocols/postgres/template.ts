/** Longer texts come once. */
const maxLength = 16 * 1024

/**
 * What makes a scan for numbers unsafe: quotes and dollars begin texts, backslashes escape, dashes and slashes begin
 * comments, beyond ASCII the grammar folds differently. `?` is what stands for a number: `SELECT ? secret` is an operator's use
 * of a column, `SELECT 5 secret` is not.
 */
const opaque = /['"$\\?]|--|\/\*|[^\t\n\r\x20-\x7e]/

/** What reads or writes rows: the options of other statements are numbers that their fingerprint holds. */
const rows = /^\s*(?:select|insert|update|delete|with|values)\b/i

/** Clauses whose number is a reading of its own. */
const counted = /\b(?:limit|fetch)\b/i

/** `id < 5 OR id >= 5` leaves no row out, `id < 5 OR id >= 7` does. */
const ordered = (sql: string) => /[<>]/.test(sql) && /\bor\b/i.test(sql)

/** A whole number that fits an `int4` whatever its digits are, and is no part of a name or of another number. */
const number = /(?<![\w.])\d{1,9}(?![\w.])/g

/**
 * The text with its numbers lifted, where its reading does not depend on them: statements that differ in nothing but such
 * numbers have one template, ask the same of Cedar, and name the same objects. `undefined` where that cannot be told
 * without parsing.
 */
export function templateOf(sql: string): string | undefined {
  if (sql.length > maxLength || !rows.test(sql) || opaque.test(sql)) return undefined
  if (counted.test(sql) || ordered(sql)) return undefined
  const end = sql.indexOf(';')
  if (end >= 0 && sql.slice(end + 1).trim() !== '') return undefined // a second statement may be of any kind
  return sql.replace(number, '?')
}
