import type { CopyStmt } from '@pgsql/types'
import { checkOptions } from './changes.ts'
import { texts } from './names.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { walk } from './walk.ts'

/** Options that say how rows look. `encoding` is not among them: the gateway's sessions are UTF-8 throughout. */
const rowOptions = new Set([
  ...['format', 'freeze', 'delimiter', 'null', 'default', 'header', 'quote', 'escape'],
  ...['force_quote', 'force_not_null', 'force_null', 'on_error', 'reject_limit', 'log_verbosity'],
])

/** A file of the server, or a command that it runs: beside the table, a matter of its own. */
function onServer(reader: Reader, copy: CopyStmt, place: Place): void {
  const action = `copy${copy.is_from ? 'From' : 'To'}${copy.is_program ? 'Program' : 'File'}`
  const file = copy.is_program ? {} : { file: copy.filename ?? '' }
  reader.asks.push({ on: 'database', action, part: { ...place.part, ...file } })
}

export function readCopy(reader: Reader, copy: CopyStmt, place: Place): Heading {
  const beyond = copy.is_program || copy.filename !== undefined
  if (beyond) onServer(reader, copy, place)
  checkOptions(reader, 'COPY', copy.options, rowOptions)
  const scope = { items: copy.relation ? [reader.occurrence(copy.relation)] : [], outer: undefined }
  walk(reader, copy.whereClause, { ...place, scope })
  const [item] = scope.items
  const columns = item && { item, read: false, named: reader.named((copy.attlist && texts(copy.attlist)) ?? 'all') }
  if (copy.is_from) {
    reader.on('copyFrom', copy.relation, 'write', place.part, columns && { columns })
    if (item) reader.reads(copy.relation, place, item, false)
    return beyond ? { command: 'COPY' } : { command: 'COPY', copy: 'in' }
  }
  // COPY t leaves out what t's children hold
  if (columns) reader.on('copyTo', copy.relation, 'read', place.part, { only: true, columns })
  else walk(reader, copy.query, { ...place, copied: true })
  return beyond ? { command: 'COPY', bare: 'copyTo' } : { command: 'COPY', copy: 'out', bare: 'copyTo' }
}
