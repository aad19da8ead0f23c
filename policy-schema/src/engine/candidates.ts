import { type ScopeQuestion, scopeMatches } from '../cedar/scope.ts'
import type { IndexedPolicy } from './policy-index.ts'

/** Finds the policies whose head matches a request, without asking each. */
export class Candidates {
  readonly #byResource = new Map<string, IndexedPolicy[]>()
  readonly #byPrincipal = new Map<string, IndexedPolicy[]>()
  readonly #byAction = new Map<string, IndexedPolicy[]>()
  readonly #rest: IndexedPolicy[] = []

  constructor(policies: readonly IndexedPolicy[]) {
    for (const policy of policies) this.#file(policy)
  }

  /** Each policy stands under the narrowest thing that its head names, so that a look-up sees few others. */
  #file(policy: IndexedPolicy): void {
    const { principal, actions, resource } = policy.scope
    const resourceUid = resource.equals ?? resource.within
    const principalUid = principal.equals ?? principal.within
    if (resourceUid !== undefined) push(this.#byResource, resourceUid, policy)
    else if (principalUid !== undefined) push(this.#byPrincipal, principalUid, policy)
    else if (actions) for (const action of new Set(actions)) push(this.#byAction, action, policy)
    else this.#rest.push(policy)
  }

  /** Every policy whose scope matches, by id. */
  find(asked: ScopeQuestion): readonly IndexedPolicy[] {
    const found = new Set<IndexedPolicy>()
    const consider = (policies: readonly IndexedPolicy[] | undefined) => {
      for (const policy of policies ?? []) if (scopeMatches(policy.scope, asked)) found.add(policy)
    }
    for (const uid of [asked.resource, ...asked.resourceAncestors]) consider(this.#byResource.get(uid))
    for (const uid of [asked.principal, ...asked.principalAncestors]) consider(this.#byPrincipal.get(uid))
    for (const uid of [asked.action, ...asked.actionGroups]) consider(this.#byAction.get(uid))
    consider(this.#rest)
    return [...found].sort((a, b) => (a.id < b.id ? -1 : 1))
  }
}

function push(map: Map<string, IndexedPolicy[]>, key: string, policy: IndexedPolicy): void {
  const there = map.get(key)
  if (there) there.push(policy)
  else map.set(key, [policy])
}
