/**
 * What a terminal or an editor would act on instead of showing: DEL and the C1 controls, soft hyphen, the Arabic letter
 * mark, zero-width and bidirectional marks, line and paragraph separators, invisible operators, interlinear annotations,
 * the byte order mark, and tag characters (a surrogate pair that begins with DB40). C0 is escaped by JSON itself.
 */
const active =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g

/** A value as JSON text without DEL: of all that is to be escaped, only that is ASCII, and `LineBuffer` sees the rest. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value)
  return json.includes('\x7f') ? inertJson(json) : json
}

/** JSON text that will be needed again: inert, and not as the pieces that it was joined of, which V8 would join each time. */
export function inOnePiece(json: string): string {
  return Buffer.from(inertJson(json)).toString()
}

/** JSON text in which no character acts on a terminal. Means the same: such characters stand only inside strings. */
export function inertJson(json: string): string {
  // Nearly every line is ASCII, which this tells several times faster than the expression does.
  if (Buffer.byteLength(json) === json.length && !json.includes('\x7f')) return json
  return json.replace(active, escapeUnits)
}

function escapeUnits(units: string): string {
  let text = ''
  for (let i = 0; i < units.length; i++) text += `\\u${units.charCodeAt(i).toString(16).padStart(4, '0')}`
  return text
}
