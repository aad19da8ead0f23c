import * as assert from 'uvu/assert'
import { type KubeClient, type KubectlVersion, kubectl, type Ran } from '../../peers/index.ts'
import type { KubernetesStack } from '../../stack/kubernetes-stack.ts'

/** One program, past the gateway and through it, each in a namespace of its own. */
export interface SideBySide {
  readonly direct: { readonly client: KubeClient; readonly namespace: string }
  readonly through: { readonly client: KubeClient; readonly namespace: string }
}
export interface Step {
  readonly args: readonly string[]
  readonly input?: string
  /** A program that is given the file, for `edit`. */
  readonly editor?: string
  /** 0 unless given. */
  readonly code?: number
}

/** kubectl on both sides, their namespaces made, which `fill` fills. */
export async function bothSides(
  stack: KubernetesStack,
  version: KubectlVersion,
  fill: (namespace: string) => Promise<unknown>,
): Promise<SideBySide> {
  const name = version.replace('.', '-')
  const sides = {
    direct: { client: stack.direct(kubectl(version)), namespace: `one-${name}` },
    through: { client: await stack.through(kubectl(version), 'app'), namespace: `two-${name}` },
  }
  for (const { namespace } of Object.values(sides)) {
    await stack.server.api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    await fill(namespace)
  }
  return sides
}

/** Runs steps on one side and then on the other, and asserts that neither output nor exit code tells which is which. */
export async function assertSame({ direct, through }: SideBySide, ...steps: readonly Step[]): Promise<void> {
  const expected = await runAll(direct, steps)
  const actual = await runAll(through, steps)
  assert.equal(actual, expected, JSON.stringify({ expected, actual }, null, 2))
  assert.equal(
    actual.map(({ code }) => code),
    steps.map(({ code = 0 }) => code),
    JSON.stringify(actual),
  )
}

async function runAll(side: SideBySide['direct'], steps: readonly Step[]): Promise<readonly Ran[]> {
  const ran: Ran[] = []
  for (const step of steps) ran.push(await run(side, step))
  return ran
}

async function run({ client, namespace }: SideBySide['direct'], { args, input = '', editor }: Step): Promise<Ran> {
  const named = (text: string) => text.replaceAll('NAMESPACE', namespace)
  const { code, stdout, stderr } = await client.run(['-n', namespace, ...args.map(named)], {
    input: named(input),
    ...(editor !== undefined && { editor }),
  })
  return { code, stdout: plain(stdout, namespace), stderr: plain(stderr, namespace) }
}

/** Without what differs from one object, moment or temporary file to the next. */
function plain(text: string, namespace: string): string {
  return (
    text
      .replaceAll(namespace, 'NAMESPACE')
      .replace(/https:\/\/(localhost|127\.0\.0\.1):\d+(\/clusters\/\w+\/roles\/\w+)?/g, 'SERVER')
      // what a client logs of a watch that its own deadline has cut, as its timing was
      .replace(/^[IWE]\d{4} \S+ +\d+ reflector\.go.*\n/gm, '')
      .replace(/^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+/gm, 'LOG')
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4} \w+|Z)?/g, 'TIME')
      .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME')
      .replace(/\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}/g, 'TIME')
      .replace(/\b\d+m?s\b/g, 'AGE')
      .replace(/(node-debugger-fake-node)-\w{5}/g, '$1')
      .replace(/(LIVE|MERGED)-\d+/g, '$1')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
      .replace(/10\.0\.0\.\d+ */g, 'ADDRESS ')
      .replace(/("?resourceVersion"?: )"\d+"/g, '$1VERSION')
      .replace(/\b(AGE|TIME|UPDATED) +/g, '$1 ')
      .replace(/ +$/gm, '')
  )
}
