import type { Unmappable, UnmappableReason } from '../../protocol.ts'
import type { PostgresCatalog, PostgresRelation, PostgresTrigger } from './operation.ts'
import type { Ask } from './reading.ts'
import { refusal } from './reading.ts'

/** Something done to a relation: by the statement itself, or behind its back. */
export interface Reached {
  readonly action: string
  readonly relation: PostgresRelation
  /** Which of its columns a definition reads; absent where that is the statement's own business. */
  readonly columns?: readonly string[]
}

/** What doing something to a relation comes to. Functions are signatures. */
export interface Reach {
  readonly relations: readonly Reached[]
  readonly functions: readonly string[]
}

interface Step extends Reached {
  readonly only: boolean
  /** Rows may move between partitions: an UPDATE that is a DELETE and an INSERT underneath. */
  readonly moves: boolean
}

const events: { readonly [action: string]: PostgresTrigger['on'][number] } = {
  insert: 'insert',
  copyFrom: 'insert',
  update: 'update',
  delete: 'delete',
  truncate: 'truncate',
}
const stores: ReadonlySet<string> = new Set(['insert', 'copyFrom', 'update', 'refresh'])

/** What is done to a view and not to what it reads. */
const ofViews: ReadonlySet<string> = new Set(['select', 'refresh'])

/** What goes down to partitions, and not to tables that merely inherit. */
const onlyPartitions: ReadonlySet<string> = new Set([
  ...['insert', 'copyFrom', 'vacuum', 'createIndex', 'createTrigger', 'alterTrigger', 'dropTrigger'],
])

/** What changes more than the relation that it names, where that has children. */
const definitions: ReadonlySet<string> = new Set([
  ...['alterTable', 'createIndex', 'dropTable', 'createTrigger', 'alterTrigger', 'dropTrigger'],
])

/** PostgreSQL's own views are asked by their name: what they read is the server's. */
const own: ReadonlySet<string> = new Set(['pg_catalog', 'information_schema'])

/** Whether what is done to a relation is done to its children too. */
function descends({ action, only, relation }: Step): boolean {
  if (action === 'analyze') return true // takes a sample of theirs too, ONLY or not
  const partitioned = relation.kind === 'partitioned table'
  if (action === 'dropTable') return partitioned // others with children are not dropped without CASCADE
  if (only) return false
  if (onlyPartitions.has(action)) return partitioned
  return true
}

/** Whether an action does to the rows what the event says, be it underneath. */
function happens({ action, moves }: Step, event: PostgresTrigger['on'][number]): boolean {
  return events[action] === event || (moves && action === 'update' && event !== 'truncate')
}

const called = ({ schema, name }: PostgresRelation) => `\`${schema}.${name}\``

/** Follows what one ask comes to, through views, children, cascades and triggers. */
class Walk {
  readonly relations: Step[] = []
  readonly functions = new Set<string>()
  readonly #catalog: PostgresCatalog
  /** What the statement itself writes, where a step does not say. */
  readonly #columns: readonly string[]
  readonly #seen = new Set<string>()
  #refused: Unmappable | undefined

  constructor(catalog: PostgresCatalog, columns: readonly string[]) {
    this.#catalog = catalog
    this.#columns = columns
  }

  walk(first: Step): Unmappable | undefined {
    this.#push(first)
    for (let at = 0; at < this.relations.length && this.#refused === undefined; at++)
      this.#leave(this.relations[at] as Step)
    return this.#refused
  }

  #push(step: Step): void {
    const { action, relation, only, moves, columns } = step
    const key = JSON.stringify([action, relation.schema, relation.name, only, moves, columns])
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.relations.push(step)
  }

  #to(key: string, step: Omit<Step, 'relation' | 'only'>, cascades = false): void {
    const { reached = {} } = this.#catalog
    const relation = Object.hasOwn(reached, key) ? reached[key] : undefined
    // the server's own DELETE and UPDATE behind a foreign key say ONLY, but of a partitioned table
    if (relation) this.#push({ ...step, relation, only: cascades && relation.kind !== 'partitioned table' })
    else this.#refuse('unresolved', `\`${key}\` is reached, and the catalog does not hold it`)
  }

  #refuse(reason: UnmappableReason, detail: string): void {
    this.#refused ??= refusal(reason, detail)
  }

  #leave(step: Step): void {
    const { action, relation } = step
    if (relation.rules?.some(event => event === action)) {
      this.#refuse('unmapped', `${called(relation)} has a rule that makes another statement of \`${action}\``)
    }
    // through a view of somebody's, UPDATE of pg_settings is SET of anything
    if (relation.schema === 'pg_catalog' && (stores.has(action) || action === 'delete')) {
      this.#refuse('unmapped', `${called(relation)} is the server's own, it is only read`)
    }
    const fired = (relation.triggers ?? []).filter(({ on }) => on.some(event => happens(step, event)))
    this.#run(relation.runs, ...fired.map(({ runs }) => runs))
    if (stores.has(action)) {
      this.#run(relation.runsOnWrite)
      for (const key of relation.sequences ?? []) this.#to(key, { action: 'useSequence', moves: false })
    }
    const isView = relation.kind === 'view' || relation.kind === 'materialized view'
    const instead = fired.some(trigger => trigger.instead)
    if (isView) this.#definition(step, instead)
    else this.#rows(step)
  }

  #run(...lists: readonly (readonly string[] | undefined)[]): void {
    for (const signature of lists.flatMap(list => list ?? [])) this.functions.add(signature)
  }

  /** What a view reads is read; what is done to the view is done to it, unless the view has a trigger that does it instead. */
  #definition({ action, relation }: Step, instead: boolean): void {
    const { schema, reads } = relation
    if (reads === undefined && !own.has(schema)) {
      this.#refuse('unresolved', `what the view ${called(relation)} reads is not in the catalog`)
    }
    for (const [key, columns] of Object.entries(reads ?? {})) {
      this.#to(key, { action: 'select', columns, moves: false })
      if (!ofViews.has(action) && !instead) this.#to(key, { action, columns, moves: false })
    }
    this.#locks(relation)
  }

  /** A definition that says FOR UPDATE, or SHARE, locks as a statement does that says so. */
  #locks({ locks = [] }: PostgresRelation): void {
    for (const key of locks) this.#to(key, { action: 'selectForUpdate', columns: [], moves: false })
  }

  /** What row-security policies read, children, and the tables that foreign keys reach from it. */
  #rows(step: Step): void {
    const { action, relation, columns } = step
    for (const [key, columns] of Object.entries(relation.reads ?? {})) {
      this.#to(key, { action: 'select', columns, moves: false })
    }
    this.#locks(relation)
    const moves = step.moves || relation.kind === 'partitioned table'
    const same = { action, moves, ...(columns && { columns }) }
    if (descends(step)) for (const key of relation.children ?? []) this.#to(key, same)
    for (const { on, action, relation: key, columns, key: of } of relation.referring ?? []) {
      if (happens(step, on) && (on === 'delete' || this.#changes(step, of)))
        this.#to(key, { action, columns, moves: false }, true)
    }
  }

  /** Whether an update may change a key: it writes one of its columns, or a trigger may. */
  #changes({ relation, columns = this.#columns }: Step, key: readonly string[] | undefined): boolean {
    const fires = relation.triggers?.some(({ on }) => on.includes('update'))
    return key === undefined || fires === true || key.some(column => columns.includes(column))
  }
}

/**
 * What an ask for rows, or for what they are stored in, comes to.
 *
 * @param columns of the relation, that the action is about
 */
export function reach(
  catalog: PostgresCatalog,
  { action, only, use }: Extract<Ask, { on: 'relation' }>,
  relation: PostgresRelation,
  columns: readonly string[],
): Reach | Unmappable {
  const whole = use === 'read' || use === 'write'
  const defined = definitions.has(action) || use === 'maintain'
  if (!whole && !(defined && relation.children)) return { relations: [{ action, relation }], functions: [] }
  if (catalog.beyond)
    return refusal('unresolved', `more is reached from \`${relation.schema}.${relation.name}\` than is looked into`)
  const walk = new Walk(catalog, columns)
  const refused = walk.walk({ action, relation, only, moves: false })
  return refused ?? { relations: walk.relations, functions: [...walk.functions] }
}
