import { randomUUID } from 'node:crypto'
import type { KubernetesObject } from '../api-client.ts'
import type { Kind } from './kinds.ts'

export interface Change {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly kind: Kind
  readonly object: KubernetesObject
}

/** Objects in memory, with versions as etcd gives them. */
export class Store {
  readonly #objects = new Map<string, KubernetesObject>()
  readonly #changes: Change[] = []
  readonly #watchers = new Set<(change: Change) => void>()
  #version = 1

  get version(): string {
    return String(this.#version)
  }

  get(kind: Kind, namespace: string, name: string): KubernetesObject | undefined {
    return this.#objects.get(key(kind, namespace, name))
  }

  list(kind: Kind, namespace: string): readonly KubernetesObject[] {
    const prefix = namespace === '' ? `${kind.group}/${kind.resource}/` : key(kind, namespace, '')
    return [...this.#objects].filter(([each]) => each.startsWith(prefix)).map(([, object]) => object)
  }

  /** As it would be stored. */
  prepare(kind: Kind, namespace: string, object: KubernetesObject, before?: KubernetesObject): KubernetesObject {
    const changed = JSON.stringify(object.spec) !== JSON.stringify(before?.spec)
    return {
      apiVersion: kind.group === '' ? 'v1' : `${kind.group}/v1`,
      kind: kind.kind,
      ...object,
      metadata: {
        ...object.metadata,
        ...(kind.namespaced && { namespace }),
        uid: before?.metadata.uid ?? randomUUID(),
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date().toISOString().replace(/\.\d+/, ''),
        generation: (before?.metadata.generation ?? 0) + (changed || before === undefined ? 1 : 0),
        resourceVersion: before?.metadata.resourceVersion,
      },
    }
  }

  put(kind: Kind, object: KubernetesObject): KubernetesObject {
    const { namespace = '', name } = object.metadata
    const before = this.get(kind, namespace, name)
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(object)) return before
    const stored = this.#stamp(object)
    this.#objects.set(key(kind, namespace, name), stored)
    this.#tell(before === undefined ? 'ADDED' : 'MODIFIED', kind, stored)
    return stored
  }

  remove(kind: Kind, object: KubernetesObject): void {
    const { namespace = '', name } = object.metadata
    if (this.#objects.delete(key(kind, namespace, name))) this.#tell('DELETED', kind, this.#stamp(object))
  }

  /** What changed after `version`, and what will. */
  watch(version: number, take: (change: Change) => void): () => void {
    for (const change of this.#changes) if (change.version > version) take(change)
    this.#watchers.add(take)
    return () => this.#watchers.delete(take)
  }

  #stamp(object: KubernetesObject): KubernetesObject {
    this.#version += 1
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } }
  }

  #tell(type: Change['type'], kind: Kind, object: KubernetesObject): void {
    const change = { version: this.#version, type, kind, object }
    this.#changes.push(change)
    for (const take of this.#watchers) take(change)
  }
}

function key({ group, resource }: Kind, namespace: string, name: string): string {
  return `${group}/${resource}/${namespace}/${name}`
}
