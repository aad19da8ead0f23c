import { fileURLToPath } from 'node:url'
import * as programs from '@cedargate/demo'
import { skipFile } from './find.ts'

/** Outlives a test's own temporary folder, and goes with the dependencies. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/cedargate-peers/', import.meta.url))

/** All that npm has, or those that `CEDARGATE_KUBECTL_VERSIONS` names: `1.35`. */
export const kubectlVersions = named(process.env.CEDARGATE_KUBECTL_VERSIONS)

function named(list: string | undefined): readonly programs.KubectlVersion[] {
  if (list === undefined) return programs.kubectlVersions
  const some = programs.kubectlVersions.filter(version => list.split(',').includes(version))
  if (some.length === 0)
    throw new Error(`CEDARGATE_KUBECTL_VERSIONS names none of ${programs.kubectlVersions.join(', ')}`)
  return some
}

/** 1.27 speaks SPDY to streams, 1.35 WebSocket. */
export function kubectl(version: programs.KubectlVersion): string {
  return inLayer(version, 'kubectl/kubectl')
}

/** Helm 4. */
export function helm(): string {
  return inLayer('1.35', 'helm/helm')
}

function inLayer(version: programs.KubectlVersion, path: string): string {
  const found = programs.findInLayer(version, path, cache)
  if (found !== undefined) return found
  skipFile(`npm has no kubectl ${version} for ${process.platform}-${process.arch}, next: run on Linux on x64`, false)
}

/** The real kube-apiserver: `CEDARGATE_KUBE_APISERVER` names it, or a `.gz` of it. */
export function findKubeApiserver(named = process.env.CEDARGATE_KUBE_APISERVER): string | undefined {
  return programs.findKubeApiserver(cache, named)
}
