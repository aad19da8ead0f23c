/** Longer texts come once. */
const maxLength = 16 * 1024

/**
 * What makes a scan for numbers unsafe: `"` and dollars begin names and texts, backslashes escape in some texts and by some
 * settings, dashes and slashes begin comments, beyond ASCII the grammar folds differently. `?` is what stands for a number:
 * `SELECT ? secret` is an operator's use of a column, `SELECT 5 secret` is not. Not even inside of quotes, so that nothing
 * is taken for safe because it was taken for quoted.
 */
const opaque = /["$\\?]|--|\/\*|[^\t\n\r\x20-\x7e]/

/** What reads or writes rows: the options of other statements are numbers that their fingerprint holds. */
const rows = /^\s*(?:select|insert|update|delete|with|values)\b/i

/**
 * The function whose literals are what a SET would say; and those whose number is no literal to the grammar, so that their
 * fingerprint holds it.
 */
const literal = /\bset_config\b|\b(?:current_time|current_timestamp|localtime|localtimestamp)\s*\(/i

/** Clauses whose number is a reading of its own. What stands behind the first of them stays. */
const counted = /\b(?:limit|fetch)\b/i

/** `id < 5 OR id >= 5` leaves no row out, `id < 5 OR id >= 7` does. */
const ordered = (sql: string) => /[<>]/.test(sql) && /\bor\b/i.test(sql)

/** A whole number that fits an `int4` whatever its digits are, and is no part of a name or of another number. */
const number = /(?<![\w.])\d{1,9}(?![\w.])/g

/** A quote right behind it opens another kind of text: E'…', x'…', U&'…'; or a number ends there. */
const prefix = /[\w&]$/

/**
 * The text with its numbers lifted, where its reading does not depend on them: statements that differ in nothing but such
 * numbers have one template, ask the same of Cedar, and name the same objects. What is quoted stays as it is. `undefined`
 * where that cannot be told without parsing.
 */
export function templateOf(sql: string): string | undefined {
  if (sql.length > maxLength || !rows.test(sql) || opaque.test(sql)) return undefined
  if (literal.test(sql) || ordered(sql)) return undefined
  const end = sql.indexOf(';')
  if (end >= 0 && sql.slice(end + 1).trim() !== '') return undefined // a second statement may be of any kind
  const at = sql.search(counted)
  const head = at < 0 ? sql : sql.slice(0, at)
  const lifted = head.includes("'") ? liftOutside(head) : head.replace(number, '?')
  return lifted === undefined || at < 0 ? lifted : lifted + sql.slice(at)
}

/** Every other part is quoted. Of a doubled quote the part between is empty, and stays so. */
function liftOutside(sql: string): string | undefined {
  const parts = sql.split("'")
  if (parts.length % 2 === 0) return undefined
  let template = ''
  for (const [at, part] of parts.entries()) {
    if (at % 2 === 1) template += `'${part}'`
    else if (at < parts.length - 1 && prefix.test(part)) return undefined
    else template += part.replace(number, '?')
  }
  return template
}
