/** What of the real programs this machine has. */
import { accessSync, constants } from 'node:fs'
import { DemoError } from '../../errors.ts'
import type { KubernetesOptions } from '../../targets/kubernetes/kubernetes.ts'
import { findInLayer, findKubeApiserver, findProgram } from '../../targets/kubernetes/programs.ts'
import type { Clients } from './client.ts'
import { createKubectl, kubectlVersion } from './kubectl.ts'

export interface Servers {
  readonly binaries?: NonNullable<KubernetesOptions['binaries']>
  readonly about: string
}

/**
 * A real kube-apiserver where `CEDARGATE_KUBE_APISERVER` names one and the `PATH` has etcd.
 *
 * @throws DemoError `ERR_DEMO_START` where what is named is no program
 */
export function findServers(cache: string, named = process.env.CEDARGATE_KUBE_APISERVER ?? ''): Servers {
  const apiserver = apiserverOf(cache, named)
  if (apiserver === undefined)
    return { about: 'a fake API server, in this process, since CEDARGATE_KUBE_APISERVER names no real one' }
  const etcd = findProgram('etcd')
  if (etcd === undefined) return { about: 'a fake API server, in this process, since a real one needs etcd' }
  return { about: 'a real kube-apiserver, over a real etcd', binaries: { apiserver, etcd } }
}

function apiserverOf(cache: string, named: string): string | undefined {
  try {
    const found = findKubeApiserver(cache, named)
    if (found !== undefined) accessSync(found, constants.X_OK)
    return found
  } catch (cause) {
    throw new DemoError(
      'ERR_DEMO_START',
      `\`${named}\` is no program, nor a \`.gz\` of one, next: let CEDARGATE_KUBE_APISERVER name a kube-apiserver, or unset it`,
      { cause },
    )
  }
}

/** Where a client works. */
export interface Workplace {
  /** What it remembers of a server. */
  readonly home: string
  /** Where it finds `cedargate`, which hands it the token. */
  readonly path: string
  /** Where programs are unpacked. */
  readonly cache: string
}

/**
 * The kubectl that `CEDARGATE_KUBECTL` names, or that of the `PATH`, or of an npm package that is installed in development.
 * Where there is none, or `none` is named, `@kubernetes/client-node`.
 *
 * @throws DemoError `ERR_DEMO_START` where what is named does not run
 */
export async function findClients(workplace: Workplace, named = process.env.CEDARGATE_KUBECTL ?? ''): Promise<Clients> {
  const { home, path, cache } = workplace
  const candidates = {
    '': () => findProgram('kubectl') ?? findInLayer('1.35', 'kubectl/kubectl', cache),
    none: () => undefined,
  }
  const program = named === '' || named === 'none' ? candidates[named]() : named
  const version = program === undefined ? undefined : kubectlVersion(program)
  if (program !== undefined && version !== undefined)
    return createKubectl({ about: `kubectl ${version} (${program}), unchanged`, program, home, path })
  if (named !== '' && named !== 'none')
    throw new DemoError(
      'ERR_DEMO_START',
      `\`${named}\` is no kubectl, next: let CEDARGATE_KUBECTL name one, or say none, or unset it`,
    )
  const { createClientNode } = await import('./client-node.ts')
  return createClientNode(path)
}
