import type { Unmappable } from '../../protocol.ts'
import { quoteIdent } from './names.ts'
import type { PostgresCatalog } from './operation.ts'
import { refusal } from './reading.ts'
import type { Item, Output, Outputs, Reference, RelationItem, Scope } from './scope.ts'

/** Columns that every row has, besides those of its table. */
const systemColumns = new Set(['cmax', 'cmin', 'ctid', 'tableoid', 'xmax', 'xmin'])

/** Most looks at one thing in a FROM: names times what is in sight of them. */
const maxLooks = 250_000
/** Queries that give what the one before gives: beyond so many it is left open which names that are. */
const maxDepth = 200

/** `open`: there may be others. */
interface Names {
  readonly sure: ReadonlySet<string>
  readonly open: boolean
}
const unknown: Names = { sure: new Set(), open: true }

/** Whether a name means something: surely, perhaps, or nothing. What may be meant is read in all cases. */
type Hit = 'yes' | 'maybe' | 'no'

/** The names by which a relation's columns are seen, and what they are: two may have been given one name. */
type Visible = ReadonlyMap<string, readonly string[]>

/**
 * Finds out which columns the references of a statement read, as the server does: innermost first, a column before a
 * whole row. Where that cannot be told, everything that may be meant counts as read.
 */
export class ColumnLookup {
  refused: Unmappable | undefined
  readonly #catalog: PostgresCatalog
  /** Whether relations stand in the catalog with all of their columns. */
  readonly #complete: boolean
  #read = new Map<RelationItem, Set<string>>()
  readonly #visible = new Map<RelationItem | string, Visible>()
  readonly #names = new Map<Item | Outputs | Output, Names>()
  /** Of the reference that is being looked up: nothing nearer may be meant. */
  #certain = true
  #looks = 0
  #depth = 0

  /** @param looked the columns that the catalog was asked for */
  constructor(references: readonly Reference[], looked: readonly string[], catalog: PostgresCatalog) {
    this.#catalog = catalog
    this.#complete = looked.includes('*') || mayCall(catalog)
    for (const reference of references) {
      if (this.refused) return
      this.#lookUp(reference)
    }
  }

  /** What was read of one occurrence of a relation. */
  of(item: RelationItem): readonly string[] {
    return [...(this.#read.get(item) ?? [])]
  }

  /** Whether any was; `undefined` where that cannot be told. */
  reads(item: RelationItem): boolean | undefined {
    return this.refused ? undefined : this.#read.has(item)
  }

  /** Whether a reference reads this occurrence, and surely nothing else. */
  isOf(reference: Reference, item: RelationItem): boolean {
    const read = this.#read
    this.#read = new Map()
    this.#certain = true
    if (!this.refused) this.#lookUp(reference)
    const found = this.#read.has(item) && this.#read.size === 1
    this.#read = read
    return found && this.#certain && !this.refused
  }

  #lookUp(reference: Reference): void {
    if (reference.is === 'all') this.#readAll([reference.item])
    else if (reference.is === 'natural') this.#natural(reference.left, reference.right)
    else if (reference.is === 'star') {
      const { qualifier, scope } = reference
      if (qualifier.length === 0) this.#readAll(scope.items)
      else if (this.#row(qualifier, scope, item => this.#readAll([item])) === 'no') this.#missing(qualifier)
    } else if (reference.is === 'qualified') {
      const { qualifier, name, scope } = reference
      const hit = this.#row(qualifier, scope, item => {
        if (this.#column(item, name) !== 'no' || item.kind === 'query') return
        if (this.#catalog.functions[`.${quoteIdent(name)}`]?.length) this.#readAll([item])
        else this.#missing([...qualifier, name])
      })
      if (hit === 'no') this.#missing([...qualifier, name])
    } else {
      const { name, scope, local, optional, outputs } = reference
      if (outputs && this.#givenAs({ outputs, columns: [] }).sure.has(name)) return
      const hit = this.#named(name, scope, local)
      if (hit === 'yes') return
      const row = local ? 'no' : this.#row([name], scope, item => this.#readAll([item]))
      if (hit === 'no' && row === 'no' && !optional) this.#missing([name])
    }
  }

  #missing(name: readonly string[]): void {
    this.refused ??= refusal('unresolved', `there is no column \`${name.join('.')}\` in what the statement names`)
  }

  /** A bare name among the columns in sight. */
  #named(name: string, scope: Scope, local: boolean | undefined): Hit {
    let open = false
    for (let level: Scope | undefined = scope; level; level = local ? undefined : level.outer) {
      let found = false
      const nearer = open
      for (const item of level.items) {
        if ((item.kind === 'query' && item.qualifiedOnly) || item.kind === 'row') continue
        const hit = this.#column(item, name)
        if (hit === 'yes') found = true
        if (hit === 'maybe') open = true
      }
      if (found && nearer) this.#certain = false
      if (found && !level.soft) return 'yes'
      open ||= found
    }
    if (open) this.#certain = false
    return open ? 'maybe' : 'no'
  }

  /** What an alias, or a schema and table, means. */
  #row(qualifier: readonly string[], scope: Scope, use: (item: Item) => void): Hit {
    let open = false
    for (let level: Scope | undefined = scope; level; level = level.outer) {
      let found = false
      const nearer = open
      for (const item of level.items) {
        const hit = this.#isCalled(item, qualifier)
        if (hit === 'yes') {
          found = true
          use(item.kind === 'row' ? item.of : item)
        }
        if (hit === 'maybe') open = true
      }
      if (found && nearer) this.#certain = false
      if (found && !level.soft) return 'yes'
      open ||= found
    }
    if (open) this.#certain = false
    return open ? 'maybe' : 'no'
  }

  #isCalled(item: Item, qualifier: readonly string[]): Hit {
    this.#look()
    const [first, table] = qualifier
    if (table === undefined) return item.alias === null ? 'maybe' : item.alias === first ? 'yes' : 'no'
    if (item.kind !== 'relation' || item.renamed) return 'no'
    const relation = this.#relation(item)
    return relation?.schema === first && relation?.name === table ? 'yes' : 'no'
  }

  /** Reads a column of one thing, where it has it. */
  #column(item: Item, name: string): Hit {
    this.#look()
    if (item.kind === 'relation') {
      const columns = this.#columnsOf(item).get(name) ?? (this.#hasSystemColumn(item, name) ? [name] : [])
      for (const column of columns) this.#mark(item, column)
      return columns.length > 0 ? 'yes' : 'no'
    }
    if (item.kind === 'row') return this.#column(item.of, name)
    if (item.kind === 'query') {
      const names = this.#namesOf(item)
      return names.sure.has(name) ? 'yes' : names.open ? 'maybe' : 'no'
    }
    // what is renamed by position may be any of the columns inside
    if (item.columns.includes(name)) {
      this.#readAll(item.items)
      return 'yes'
    }
    let found: Hit = 'no'
    for (const inner of item.items) {
      const hit = this.#column(inner, name)
      if (hit === 'yes' || found === 'no') found = hit
    }
    return found === 'yes' && item.columns.length > 0 ? 'maybe' : found
  }

  #readAll(items: readonly Item[]): void {
    for (const item of items) {
      this.#look()
      if (item.kind === 'relation') {
        if (!this.#complete)
          this.refused ??= refusal('unresolved', `which columns \`${item.alias}\` has was not asked for`)
        const columns = this.#ownColumns(item)
        this.#look(columns.length)
        if (this.refused) return
        for (const column of columns) this.#mark(item, column)
      } else if (item.kind === 'join') this.#readAll(item.items)
    }
  }

  /** A natural join compares the columns that both sides have. */
  #natural(left: readonly Item[], right: readonly Item[]): void {
    const [leftNames, rightNames] = [this.#union(left), this.#union(right)]
    if (this.refused) return
    if (leftNames.open || rightNames.open) this.#readAll([...left, ...right])
    for (const name of leftNames.sure) {
      if (!rightNames.sure.has(name)) continue
      for (const item of [...left, ...right]) if (item.kind !== 'query' || !item.qualifiedOnly) this.#column(item, name)
    }
  }

  /** What `*` gives of these. */
  #union(items: readonly Item[]): Names {
    return this.#all(items.filter(item => item.kind !== 'row' && !(item.kind === 'query' && item.qualifiedOnly)))
  }

  #all(items: readonly Item[]): Names {
    const sure = new Set<string>()
    let open = false
    for (const item of items) {
      const names = this.#namesOf(item)
      this.#look(names.sure.size)
      if (this.refused) return unknown
      for (const name of names.sure) sure.add(name)
      open ||= names.open
    }
    return { sure, open }
  }

  /** Each thing once: a query may be named by many, which are named by many. What is asked of itself is left open. */
  #once(thing: Item | Outputs | Output, names: () => Names): Names {
    const known = this.#names.get(thing)
    if (known) return known
    if (this.#depth >= maxDepth || this.refused) return unknown
    this.#names.set(thing, unknown)
    this.#depth++
    const found = names()
    this.#depth--
    this.#names.set(thing, found)
    return found
  }

  #namesOf(item: Item): Names {
    return this.#once(item, () => {
      if (item.kind === 'relation') return { sure: new Set(this.#columnsOf(item).keys()), open: false }
      if (item.kind === 'row') return this.#namesOf(item.of)
      if (item.kind === 'query') return this.#givenAs(item)
      return item.columns.length > 0 ? { sure: new Set(item.columns), open: true } : this.#union(item.items)
    })
  }

  #givenAs({ outputs, columns }: { readonly outputs: Outputs; readonly columns: readonly string[] }): Names {
    return columns.length > 0 ? this.#renamed(outputs, columns) : this.#once(outputs, () => this.#renamed(outputs, []))
  }

  /** The names that a query gives when the first of them are replaced. */
  #renamed(outputs: Outputs, columns: readonly string[]): Names {
    const sure = new Set(columns)
    let open = false
    let position: number | undefined = 0 // undefined: somewhere
    for (const output of outputs.given) {
      this.#look()
      const certain: boolean = columns.length === 0 || (position !== undefined && position >= columns.length)
      const names = this.#outputNames(output)
      if (certain) {
        for (const name of names.sure) sure.add(name)
        open ||= names.open
      } else if (position === undefined || !isOne(output)) open = true
      position = position !== undefined && isOne(output) ? position + 1 : undefined
    }
    return { sure, open }
  }

  #outputNames(output: Output): Names {
    if (output.is === 'name') return { sure: new Set([output.name]), open: false }
    if (output.is === 'query') return this.#once(output, () => this.#givenAs(output))
    if (output.is !== 'star') return unknown
    return this.#once(output, () => {
      if (output.qualifier.length === 0) return this.#union(output.scope.items)
      const items: Item[] = []
      const found = this.#row(output.qualifier, output.scope, item => items.push(item)) === 'yes'
      return found ? this.#all(items) : unknown
    })
  }

  #relation(item: RelationItem) {
    const { relations } = this.#catalog
    return Object.hasOwn(relations, item.relation) ? relations[item.relation] : undefined
  }

  /** Its columns by their own names. */
  #ownColumns(item: RelationItem): readonly string[] {
    const relation = this.#relation(item)
    if (relation?.columns) return relation.columns
    const what = relation ? `the columns of \`${item.relation}\` are not` : `there is no relation \`${item.relation}\``
    this.refused ??= refusal('unresolved', `${what} in the catalog`)
    return []
  }

  #columnsOf(item: RelationItem): Visible {
    // a table that is named often and renamed nowhere looks the same each time
    const thing = item.columns.length > 0 ? item : item.relation
    const known = this.#visible.get(thing)
    if (known) return known
    const visible = new Map<string, string[]>()
    for (const [index, column] of this.#ownColumns(item).entries()) {
      const name = item.columns[index] ?? column
      const same = visible.get(name)
      if (same) same.push(column)
      else visible.set(name, [column])
    }
    this.#visible.set(thing, visible)
    return visible
  }

  #hasSystemColumn(item: RelationItem, name: string): boolean {
    return systemColumns.has(name) && this.#relation(item)?.kind !== 'view'
  }

  #mark(item: RelationItem, column: string): void {
    const read = this.#read.get(item)
    if (read) read.add(column)
    else this.#read.set(item, new Set([column]))
  }

  #look(times = 1): void {
    this.#looks += times
    if (this.#looks <= maxLooks || this.refused) return
    this.refused = refusal('too_large', 'the text has too many columns in sight of too many names')
  }
}

const isOne = ({ is }: Output) => is === 'name' || is === 'unnamed'

/** Whether `row.name` may call a function, which then takes the whole row: relations stand there with all of their columns. */
export function mayCall({ functions }: Pick<PostgresCatalog, 'functions'>): boolean {
  return Object.keys(functions).some(written => written.startsWith('.') && functions[written]?.length)
}
