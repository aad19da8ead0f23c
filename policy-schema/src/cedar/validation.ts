import type { ValidationError } from '@cedar-policy/cedar-wasm/nodejs'
import { type Annotation, annotations } from '../engine/annotations.ts'
import { type Diagnostic, PolicyError } from '../errors.ts'
import type { ProtocolName } from '../operation.ts'
import { protocols } from '../protocols/index.ts'
import type { Policy, Repository } from '../repository/types.ts'
import { tools } from './instance.ts'
import { type PolicyCode, type PolicyJson, policyJson } from './policies.ts'
import { locate } from './positions.ts'
import { authoringModel, authoringSchema, type SchemaModel } from './schema.ts'
import { environments, scopeOf } from './scope.ts'
import { annotationOffset } from './split.ts'

export type ValidationCode =
  | 'ERR_POLICY_SCHEMA'
  | 'WARN_POLICY_SCHEMA'
  | PolicyCode
  | 'ERR_ANNOTATION_NOT_ENFORCED'
  | 'ERR_ANNOTATION_VALUE'
  | 'WARN_ANNOTATION_UNKNOWN'

/**
 * Checks policies as they would be enforced: strict Cedar validation against the authoring schema, and annotations that
 * this version keeps, with values that it understands (law 11). Sorted by file and position.
 */
export function validateRepository(repository: Pick<Repository, 'policies'>): Diagnostic[] {
  const { policies } = repository
  const schema = authoringModel()
  const unique = new Map<string, Policy>()
  const findings: Diagnostic[] = []
  for (const policy of policies) {
    const first = unique.get(policy.id)
    if (!first) unique.set(policy.id, policy)
    else findings.push(duplicate(policy, first))
  }
  for (const policy of unique.values()) {
    const json = parsed(policy)
    if ('code' in json) {
      unique.delete(policy.id)
      findings.push(json)
    } else findings.push(...judgeAnnotations(policy, json, schema))
  }
  findings.push(...validateStrictly(unique))
  return findings.sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
}

function duplicate(policy: Policy, first: Policy): Diagnostic {
  const message = `policy id \`${policy.id}\` is also in ${first.file}, line ${first.line}, next: rename one`
  return finding(policy, 'ERR_POLICY_ID_DUPLICATE', message)
}

/** What is too deep to be decided on is not shown to the validator either. */
function parsed(policy: Policy): PolicyJson | Diagnostic {
  try {
    return policyJson(policy)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return finding(policy, error.code as ValidationCode, error.message)
  }
}

function judgeAnnotations(policy: Policy, json: PolicyJson, schema: SchemaModel): Diagnostic[] {
  const admitted = admittedProtocols(json, schema)
  const known: { readonly [name: string]: Annotation } = annotations
  return Object.entries(policy.annotations).flatMap(([name, value]) => {
    const annotation = Object.hasOwn(known, name) ? known[name] : undefined
    const at = annotationRange(policy, name)
    if (!annotation)
      return finding(policy, 'WARN_ANNOTATION_UNKNOWN', `annotation \`@${name}\` has no meaning here`, at)
    const open = admitted.filter(protocol => !annotation.enforcedBy.includes(protocol))
    if (open.length > 0 || annotation.enforcedBy.length === 0) {
      const where = annotation.enforcedBy.length === 0 ? 'this version' : open.join(', ')
      const message = `annotation \`@${name}\` is not enforced by ${where}, next: remove it, or narrow the policy's scope`
      return finding(policy, 'ERR_ANNOTATION_NOT_ENFORCED', message, at)
    }
    if (annotation.permitsOnly === true && json.effect === 'forbid') {
      const message = `annotation \`@${name}\` is kept by what a policy permits, and this one forbids, next: put it on the permit`
      return finding(policy, 'ERR_ANNOTATION_NOT_ENFORCED', message, at)
    }
    if (annotation.accepts(value)) return []
    const message = `annotation \`@${name}("${value}")\` is not understood, next: give ${annotation.form}`
    return finding(policy, 'ERR_ANNOTATION_VALUE', message, at)
  })
}

/** Protocols of which a policy's head admits an action. */
function admittedProtocols(json: PolicyJson, schema: SchemaModel): readonly ProtocolName[] {
  const admitted = new Set(environments(scopeOf(json), schema).map(({ action }) => namespaceOf(action)))
  return Object.values(protocols).flatMap(({ name, cedarSchema }) => {
    // The control plane's actions stand in `base.cedarschema`; every other protocol has one namespace of its own.
    const namespace = /^\s*namespace\s+([\w:]+)/m.exec(cedarSchema)?.[1] ?? 'Gate'
    return admitted.has(namespace) ? [name] : []
  })
}

function namespaceOf(action: string): string {
  return action.slice(0, action.indexOf('::Action::'))
}

function validateStrictly(policies: ReadonlyMap<string, Policy>): Diagnostic[] {
  const staticPolicies = Object.fromEntries([...policies.values()].map(policy => [policy.id, policy.text]))
  try {
    const answer = tools().call(wasm =>
      wasm.validate({
        schema: authoringSchema(),
        policies: { staticPolicies },
        validationSettings: { mode: 'strict' },
      }),
    )
    if (answer.type === 'failure')
      return [...policies.values()].slice(0, 1).map(policy => {
        return finding(policy, 'ERR_POLICY_SCHEMA', answer.errors[0]?.message ?? 'cannot be validated')
      })
    const wrong = new Set(answer.validationErrors.map(error => error.policyId))
    return [
      ...summarise(answer.validationErrors, policies, 'ERR_POLICY_SCHEMA'),
      // What follows from an error, that nothing applies for one, is no news.
      ...summarise(
        answer.validationWarnings.filter(warning => !wrong.has(warning.policyId)),
        policies,
        'WARN_POLICY_SCHEMA',
      ),
    ]
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    if (policies.size > 1) return [...policies].flatMap(entry => validateStrictly(new Map([entry])))
    return [...policies.values()].map(policy =>
      finding(policy, 'ERR_POLICY_TOO_DEEP', 'validation overflows, next: split this policy'),
    )
  }
}

/** Cedar says the same of each action that a policy admits, in random order: one finding for each place is enough. */
function summarise(
  errors: readonly ValidationError[],
  policies: ReadonlyMap<string, Policy>,
  code: ValidationCode,
): Diagnostic[] {
  const byPlace = new Map<string, { policy: Policy; errors: ValidationError[] }>()
  for (const error of errors) {
    const policy = policies.get(error.policyId)
    if (!policy) continue
    const range = error.error.sourceLocations?.[0]
    const place = `${error.policyId}\0${range?.start}\0${range?.end}`
    const there = byPlace.get(place)
    if (there) there.errors.push(error)
    else byPlace.set(place, { policy, errors: [error] })
  }
  return [...byPlace.values()].map(({ policy, errors }) => {
    const [first, ...others] = errors.sort((a, b) => compare(a.error.message, b.error.message))
    const message = (first?.error.message ?? '').replace(/^for policy `[^`]*`, /, '')
    const more = others.length > 0 ? `, and ${others.length} more like it` : ''
    const next = first?.error.help ? `, next: ${first.error.help}` : ''
    return finding(policy, code, `${message}${more}${next}`, first?.error.sourceLocations?.[0])
  })
}

function annotationRange(policy: Policy, name: string): { start: number; end: number } | undefined {
  const offset = annotationOffset(policy.text, name)
  if (offset === undefined) return undefined
  const start = Buffer.byteLength(policy.text.slice(0, offset))
  return { start, end: start + Buffer.byteLength(`@${name}`) }
}

function finding(
  policy: Policy,
  code: ValidationCode,
  message: string,
  range?: { readonly start: number; readonly end: number },
): Diagnostic {
  const severity = code.startsWith('WARN') ? 'warning' : 'error'
  return { code, severity, message, file: policy.file, ...locate(policy.text, range, policy) }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
