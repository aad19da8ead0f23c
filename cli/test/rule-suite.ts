import type { Diagnostic, Issuer, PolicyId, Repository, Target } from '@cedargate/policy-schema'
import { readPolicies } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toLintPolicy } from '../src/linting/policy-json.ts'
import type { Rule } from '../src/linting/rule.ts'

export interface Setting {
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>
  readonly targets?: readonly Target[]
  /** By target. */
  readonly snapshots?: Readonly<Record<string, object>>
  readonly options?: { readonly [option: string]: unknown }
  readonly coverage?: Readonly<Record<PolicyId, number>>
}

/**
 * A suite for one rule, run over policies of `policies/test.cedar` beside the target `orders-db` and the roles
 * `backup`, `reporting` and `dba`.
 *
 * @param always the setting of each case that does not say otherwise
 */
export function ruleSuite(rule: Rule, always: Setting = {}) {
  const violations = suite(`${rule.name} finds`)
  const nearMisses = suite(`${rule.name} is silent on`)
  return {
    /** @param places `line:column` of each finding, `targets.yaml:3:3` in another file */
    finds(why: string, text: string, places: readonly string[], setting: Setting = {}) {
      violations(why, () => assert.equal(check(rule, text, { ...always, ...setting }).map(place), places))
    },
    silent(why: string, text: string, setting: Setting = {}) {
      nearMisses(why, () => assert.equal(check(rule, text, { ...always, ...setting }).map(place), []))
    },
    run() {
      violations.run()
      nearMisses.run()
    },
  }
}

const file = 'policies/test.cedar'

function place(found: Pick<Diagnostic, 'file' | 'line' | 'column'>): string {
  return `${found.file === file ? '' : `${found.file}:`}${found.line}:${found.column}`
}

function check(rule: Rule, text: string, setting: Setting) {
  const { policies: read, diagnostics } = readPolicies(text, file)
  assert.equal(diagnostics, [], 'the policies of a rule test are Cedar')
  const policies = read.map(toLintPolicy)
  const targets = new Map([ordersDb, ...(setting.targets ?? [])].map(target => [target.name, target]))
  const repository: Repository = {
    commit: 'worktree',
    digest: 'sha256:0',
    files: new Map(Object.entries({ [file]: text, ...setting.files })),
    config: { name: 'test', schemaVersion: '1.0' },
    identities: { issuers: new Map([['ci', issuer]]) },
    targets,
    policies: read,
    tests: [],
    snapshots: new Map(Object.entries(setting.snapshots ?? {})),
  }
  const coverage = setting.coverage === undefined ? undefined : new Map(Object.entries(setting.coverage))
  const context = { repository, policies, options: setting.options ?? {}, coverage: () => coverage }
  const found = [
    ...policies.flatMap(policy => [...(rule.check?.(policy, context) ?? [])]),
    ...(rule.checkAll?.(context) ?? []),
  ]
  for (const { message } of found) assert.match(message, /^(`|an? |the |no ).*next: /s)
  return found.map(({ at }) => at)
}

/** A cluster, for rules that look at one. */
export const prod: Target = { name: 'prod', protocol: 'kubernetes', tags: ['env=prod'], settings: {} }

const ordersDb: Target = {
  name: 'orders-db',
  protocol: 'postgres',
  tags: ['env=prod'],
  settings: { host: 'db.internal', database: 'orders', roles: {} },
}

const issuer: Issuer = {
  name: 'ci',
  issuer: 'https://issuer.example',
  audience: 'cedargate',
  keys: [],
  principal: 'agent',
  grants: [{ when: { team: 'platform' }, roles: ['backup', 'reporting', 'dba'] }],
}
