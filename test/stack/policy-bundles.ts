import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createPolicyRepository } from '@cedargate/demo'
import { generateSigningKey, packBundle, signPayload } from '@cedargate/policy-schema'
import type { TestGateway } from './gateways.ts'

const audience = 'test-gateways'
const name = 'example/policies'

/** A policy repository in git, and the folder of its signed bundles. */
export interface PolicyBundles {
  /** Of the repository. */
  readonly folder: string
  /** `bundle:` of gateway.yaml. */
  readonly config: object
  /** The commit that was published first. */
  readonly first: string
  /** Changes files, commits, signs and publishes; resolves when the commit is in force. */
  publish(files: { readonly [path: string]: string }, gateway: () => TestGateway): Promise<string>
  /** Puts what is no bundle where bundles are. */
  publishRaw(text: string): void
  /** As it is in the work tree. */
  file(path: string): string
}

/** @param folder of gateway.yaml */
export function createPolicyBundles(folder: string, files: { readonly [path: string]: string }): PolicyBundles {
  const at = (...path: readonly string[]) => join(folder, ...path)
  const policies = at('policies')
  mkdirSync(policies)
  mkdirSync(at('bundles'))
  const repository = createPolicyRepository(policies)
  const key = generateSigningKey()
  writeFileSync(at('bundle.pub'), key.publicPem)
  const write = (changed: { readonly [path: string]: string }) => {
    for (const [path, text] of Object.entries(changed)) {
      mkdirSync(dirname(join(policies, path)), { recursive: true })
      writeFileSync(join(policies, path), text)
    }
  }
  const put = (bundle: string, text: string) => {
    writeFileSync(at('bundle.partial'), text)
    renameSync(at('bundle.partial'), at('bundles', bundle))
  }
  const build = (): string => {
    const commit = repository.commit('policies')
    const tree = repository.git('ls-tree', '-r', '--name-only', commit).split('\n')
    const text = (path: string) =>
      execFileSync('git', ['-C', policies, 'show', `${commit}:${path}`], { encoding: 'utf8' })
    const payload = packBundle(new Map(tree.map(path => [path, text(path)])), {
      ...{ repository: name, ref: 'refs/heads/main', commit, audience, issuedAt: Date.now() },
      commits: Number(repository.git('rev-list', '--count', commit)),
    })
    put(`${commit}.bundle`, JSON.stringify(signPayload(payload, [key.privatePem])))
    return commit
  }
  write({ 'cedargate.yaml': `name: ${name}\nschemaVersion: "1.0"\n`, ...files })
  return {
    folder: policies,
    config: { folder: 'bundles', keys: ['bundle.pub'], audience, repository: name },
    first: build(),
    async publish(changed, gateway) {
      write(changed)
      const commit = build()
      for (const deadline = Date.now() + 10_000; gateway().commit() !== commit; ) {
        if (Date.now() > deadline) throw new Error(`commit ${commit} did not come into force`)
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      return commit
    },
    publishRaw: text => put('raw.bundle', text),
    file: path => readFileSync(join(policies, path), 'utf8'),
  }
}
