/** Calls that come to the same as another: who may not make that one must not make these. */
export interface Way {
  readonly from: string
  readonly to: readonly string[]
  /** Of these kinds alone; of any unless given. */
  readonly of?: readonly string[]
  /** Of none of these. */
  readonly but?: readonly string[]
  /** Only for a forbid that looks at one of these: what both would make. */
  readonly looking?: readonly string[]
}

const subresources = ['status', 'scale', 'approval', 'finalize', 'ephemeralcontainers', 'resize']
const changing = ['update', 'patch']
const debugging = ['update:ephemeralcontainers', 'patch:ephemeralcontainers']
const contents = ['workload', 'secrets', 'grants']

export const ways: readonly Way[] = [
  // each answers with whole objects
  { from: 'get', to: ['list', 'watch'] },
  // a list also of all namespaces, where the forbid is of one
  { from: 'list', to: ['watch', 'list'] },
  { from: 'update', to: ['patch'] },
  { from: 'patch', to: ['update'] },
  ...subresources.flatMap(name => [
    { from: `update:${name}`, to: [`patch:${name}`] },
    { from: `patch:${name}`, to: [`update:${name}`] },
  ]),
  // no server deletes all namespaces at once
  { from: 'delete', to: ['deletecollection'], but: ['namespaces'] },
  { from: 'delete', to: ['create:eviction'], of: ['pods'] },
  { from: 'create:eviction', to: ['delete'], of: ['pods'] },
  ...changing.flatMap(verb => [
    { from: verb, to: ['update:scale', 'patch:scale'], looking: ['replicas'] },
    { from: `${verb}:scale`, to: changing, looking: ['replicas'] },
    { from: verb, to: ['create'], looking: contents },
  ]),
  { from: 'create', to: changing, looking: contents },
  ...['create', ...changing].map(from => ({ from, to: debugging, of: ['pods'], looking: ['workload', 'secrets'] })),
  { from: 'exec', to: ['attach', ...debugging], of: ['pods'] },
]
