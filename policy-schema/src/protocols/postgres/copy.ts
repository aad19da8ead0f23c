import type { CopyStmt, Node } from '@pgsql/types'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { walk } from './walk.ts'

/** Options that say how rows look. `encoding` is not among them: the gateway's sessions are UTF-8 throughout. */
const rowOptions = new Set([
  ...['format', 'freeze', 'delimiter', 'null', 'default', 'header', 'quote', 'escape'],
  ...['force_quote', 'force_not_null', 'force_null', 'on_error', 'reject_limit', 'log_verbosity'],
])

function checkOptions(reader: Reader, options: readonly Node[] | undefined): void {
  for (const node of options ?? []) {
    const name = 'DefElem' in node ? (node.DefElem.defname ?? '') : ''
    if (!rowOptions.has(name)) reader.refuse('unmapped', `COPY with \`${name}\` is not mapped`)
  }
}

export function readCopy(reader: Reader, copy: CopyStmt, place: Place): Heading {
  if (copy.is_program) reader.refuse('unmapped', 'COPY with PROGRAM runs a command on the server')
  else if (copy.filename !== undefined) reader.refuse('unmapped', 'COPY with a file reads or writes on the server')
  checkOptions(reader, copy.options)
  walk(reader, copy.whereClause, place)
  if (copy.is_from) {
    reader.on('copyFrom', copy.relation, 'write', place.part)
    return { command: 'COPY', copy: 'in' }
  }
  // COPY t leaves out what t's children hold
  if (copy.relation) reader.on('copyTo', copy.relation, 'read', place.part, { only: true })
  else walk(reader, copy.query, { ...place, copied: true })
  return { command: 'COPY', copy: 'out', bare: 'copyTo' }
}
