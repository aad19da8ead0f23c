import type { ColumnRef, Node, RangeVar } from '@pgsql/types'
import type { Unmappable, UnmappableReason } from '../../protocol.ts'
import { quoteIdent, texts, writtenName } from './names.ts'
import type { RelationKind } from './operation.ts'
import type { Ask, Bound, Call, Part, SqlNames, StoredName, Use } from './reading.ts'
import { isOfColumns, refusal } from './reading.ts'
import { restriction, type Telling } from './restricts.ts'
import type {
  AskedColumns,
  bareNames,
  Item,
  NamedColumns,
  Outputs,
  Reference,
  RelationItem,
  Scope,
  ScopedReference,
} from './scope.ts'
import { keyOf, referenceOf, relationItem } from './scope.ts'

/** What holds at a place in the tree. */
export interface Place {
  /** WITH queries in scope here, and the columns that they give. */
  readonly ctes: ReadonlyMap<string, Outputs>
  /** Where columns are looked for; `undefined`: there are none of a row here. */
  readonly scope: Scope | undefined
  readonly part: Part
  /** Inside COPY (query) TO: what is read is also copied out. */
  readonly copied: boolean
  /** What it gives is given for each row of something else, so that a LIMIT is no bound. */
  readonly repeated?: true
}

export const noPart: Part = { hasWhere: false }
export const outermost: Place = { ctes: new Map(), scope: undefined, part: noPart, copied: false }

/** Most nodes on the way from the top to a leaf; the walk itself needs stack. */
export const maxTreeDepth = 800

/** Most things in all FROMs of one statement. */
const maxItems = 1_000

/** Collects what one statement asks, calls and names. The first refusal counts. */
export class Reader {
  readonly asks: Ask[] = []
  readonly calls: Call[] = []
  readonly uses: StoredName[] = []
  readonly relations = new Set<string>()
  readonly functions = new Set<string>()
  readonly operators = new Set<string>()
  readonly types = new Set<string>()
  readonly columns = new Set<string>()
  readonly written = new Set<string>()
  /** Types that are named and not used: their code does not run. */
  readonly namedTypes = new Set<string>()
  readonly references: Reference[] = []
  readonly #referred = new WeakMap<Scope, Map<string, Reference>>()
  readonly #meant = new Map<ColumnRef, Reference>()
  readonly #bounds = new Map<Part, { readonly item: RelationItem; readonly by: Telling<ColumnRef> }>()
  /** Bare names of ORDER BY and GROUP BY, told apart by the SELECT that they are of. */
  readonly bare = new Map<ColumnRef, ReturnType<typeof bareNames> extends ReadonlyMap<unknown, infer V> ? V : never>()
  readonly #outputs = new Map<object, Outputs>()
  readonly #aliases = new Set<string>()
  #items = 0
  refused: Unmappable | undefined
  /** Where a query that does no more than set_config takes the setting's name from: a relation as written, or `nowhere`. */
  settingsFrom: string | undefined
  depth = 0

  refuse(reason: UnmappableReason, detail: string): void {
    this.refused ??= refusal(reason, detail)
  }

  /** A relation's written name, to be looked up. */
  relation(range: RangeVar | undefined): string {
    const { catalogname, schemaname, relname = '' } = range ?? {}
    if (catalogname !== undefined) this.refuse('unmapped', `\`${catalogname}\` names a database before a schema`)
    const written = writtenName(schemaname === undefined ? [relname] : [schemaname, relname])
    this.relations.add(written)
    return written
  }

  /** Asks for something on a relation that exists. */
  on(
    action: string,
    range: RangeVar | undefined,
    use: Use,
    part: Part,
    more: {
      readonly only?: boolean
      readonly columns?: AskedColumns
      readonly ifRead?: true
      readonly kinds?: readonly RelationKind[]
    } = {},
  ): void {
    const only = more.only ?? range?.inh !== true
    const relation = this.relation(range)
    if (use === 'write' && action !== 'selectForUpdate') this.written.add(relation)
    const columns = more.columns ?? (isOfColumns(action) ? this.all(range) : undefined)
    this.asks.push({
      ...{ on: 'relation', action, relation, use, only, part },
      ...(columns ? { columns } : {}),
      ...(more.ifRead ? { ifRead: true } : {}),
      ...(more.kinds ? { kinds: more.kinds } : {}),
    })
  }

  /** Asks for rows; in COPY (query) TO they also leave by COPY. */
  reads(range: RangeVar | undefined, { part, copied }: Place, item: RelationItem, always = true): void {
    const more = { columns: { item, read: true }, ...(always ? {} : { ifRead: true as const }) }
    this.on('select', range, 'read', part, more)
    if (copied) this.on('copyTo', range, 'read', part, more)
  }

  /** One occurrence of a relation. */
  occurrence(range: RangeVar | undefined): RelationItem {
    const item = relationItem(range, this.relation(range))
    this.#aliases.add(item.alias)
    if (item.columns.length > 0) this.columns.add('*')
    return item
  }

  /** Every column, whatever the statement says of them. */
  all(range: RangeVar | undefined): AskedColumns {
    return { item: this.occurrence(range), read: false, named: this.named('all') }
  }

  /** Columns that a statement names by itself, to be looked up. */
  named(columns: NamedColumns): NamedColumns {
    if (columns === 'all' || 'given' in columns) this.columns.add('*')
    else for (const column of columns) this.columns.add(column)
    return columns
  }

  /** What a FROM puts in sight. */
  sees({ scope }: Place, item: Item): void {
    if (++this.#items > maxItems) this.refuse('too_large', `more than ${maxItems} tables and subqueries in FROM`)
    if (item.kind === 'join' || item.kind === 'row') this.#aliases.add(item.alias)
    if (item.kind === 'join' && item.columns.length > 0) this.columns.add('*')
    scope?.items.push(item)
  }

  /** What is referred to; a list of thousands of values may name one column in each. */
  refers(reference: Reference): Reference {
    const known = 'scope' in reference ? this.#known(reference) : reference
    if (known !== reference) return known
    this.references.push(reference)
    if ('name' in reference) this.columns.add(reference.name)
    else this.columns.add('*')
    return reference
  }

  #known(reference: ScopedReference): Reference {
    const referred = this.#referred.get(reference.scope) ?? new Map<string, Reference>()
    this.#referred.set(reference.scope, referred)
    const key = keyOf(reference)
    const known = referred.get(key) ?? reference
    referred.set(key, known)
    return known
  }

  /** A column where it is read; what no FROM stands around is of no row. */
  column(column: ColumnRef, { scope }: Place): void {
    const bare = this.bare.get(column)
    if (!scope || bare === 'output') return
    const reference = this.refers({ ...referenceOf(column, scope), ...bare } as Reference)
    if (this.#bounds.size > 0) this.#meant.set(column, reference)
  }

  /** A part of a statement that writes to a table; one of the conditions has to keep rows of that table out. To be called before they are walked. */
  where(item: RelationItem, conditions: readonly (Node | undefined)[], more: Partial<Part> = {}): Part {
    const found = conditions.map(restriction).filter(each => each !== 'nothing')
    const part: Part = { ...more, hasWhere: found.length > 0 }
    const some = found.filter(each => each !== 'all')
    if (found.length > 0 && some.length === found.length) this.#bounds.set(part, { item, by: { some } })
    return part
  }

  bounds(): ReadonlyMap<Part, Bound> {
    const meant = (telling: Telling<ColumnRef>): Telling<Reference> => {
      if ('some' in telling) {
        const some = new Set(telling.some.map(meant)) // a list of thousands of terms may be of one column
        const [only] = some
        return only && some.size === 1 ? only : { some: [...some] }
      }
      if ('every' in telling) {
        const every = new Set(telling.every.map(meant))
        const [only] = every
        return only && every.size === 1 ? only : { every: [...every] }
      }
      return this.#meant.get(telling) ?? { some: [] } // an output, or of no row: it tells nothing
    }
    return new Map([...this.#bounds].map(([part, { item, by }]) => [part, { item, by: meant(by) }]))
  }

  /** The columns that a query gives, known once it has been walked. */
  outputsOf(query: object | undefined): Outputs {
    const known = query && this.#outputs.get(query)
    const outputs = known ?? { given: [{ is: 'unknown' }] }
    if (query && !known) this.#outputs.set(query, outputs)
    return outputs
  }

  /** Asks for a new relation in the schema where it would stand; what is temporary stands in `pg_temp`. */
  creation(action: string, range: RangeVar | undefined, more: { readonly asTemporary?: true } = {}): void {
    const { catalogname, schemaname = null, relname = '', relpersistence } = range ?? {}
    if (catalogname !== undefined) this.refuse('unmapped', `\`${catalogname}\` names a database before a schema`)
    const schema = relpersistence === 't' ? 'pg_temp' : schemaname
    const part = { hasWhere: false, creates: relname }
    this.asks.push({ on: 'schema', action, schema, part, ...more })
  }

  call(name: readonly string[], count: number | undefined, part: Part): void {
    if (name.length === 0 || name.length > 2) {
      this.refuse('unmapped', `the function name \`${writtenName(name)}\` has too many parts`)
    }
    const written = writtenName(name)
    this.functions.add(written)
    const from = name.at(-1) === 'set_config' ? this.settingsFrom : undefined
    this.calls.push({ written, part, ...(count === undefined ? {} : { count }), ...(from && { settingsFrom: from }) })
  }

  /** What an older server calls that has no such word in its grammar. */
  word(name: string, part: Part): void {
    this.functions.add(name)
    this.calls.push({ written: name, part, word: true })
  }

  /** What `(expression).name` calls where `name` is no field: a function that takes whatever the expression gives. */
  field(name: string, part: Part): void {
    const written = quoteIdent(name)
    this.functions.add(written)
    this.calls.push({ written, part, count: 1, word: true })
  }

  /** What `row.name` calls where `name` is no column: a function that takes a row. */
  attribute(name: string, part: Part): void {
    const written = `.${quoteIdent(name)}`
    if (this.functions.has(written)) return
    this.functions.add(written)
    this.calls.push({ written, part, count: 1 })
  }

  operator(nodes: readonly Node[] | undefined): void {
    const name = texts(nodes)
    const symbol = name?.at(-1)
    if (name === undefined || symbol === undefined) this.refuse('unmapped', 'an operator without a name')
    else if (name.length === 1) this.operators.add(symbol)
    else if (name.length > 2 || name[0] !== 'pg_catalog') {
      this.refuse('unmapped', `the operator \`${name.join('.')}\` is outside pg_catalog`)
    }
  }

  type(nodes: readonly Node[] | undefined): void {
    const name = texts(nodes)
    if (name === undefined || name.length === 0 || name.length > 2) {
      this.refuse('unmapped', 'a type name with too many parts')
    } else if (name.length === 1 || name[0] !== 'pg_catalog') this.types.add(writtenName(name))
    else if (name[1] === 'json') this.types.add('json') // no word of the grammar before PostgreSQL 17
  }

  /** A type that the statement is about. */
  namedType(written: string): void {
    this.namedTypes.add(written)
  }

  names(): SqlNames {
    return {
      relations: [...this.relations],
      functions: [...this.functions],
      operators: [...this.operators],
      types: [...new Set([...this.types, ...this.namedTypes])],
      written: [...this.written],
      columns: this.#columnNames(),
    }
  }

  /** A name that may be a whole row may mean every column. */
  #columnNames(): readonly string[] {
    if (this.relations.size === 0) return []
    const rows = this.references.some(each => each.is === 'column' && this.#aliases.has(each.name))
    return rows || this.columns.has('*') ? ['*'] : [...this.columns]
  }
}
