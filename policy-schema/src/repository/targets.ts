import type { Diagnostic } from '../errors.ts'
import type { WireProtocolName } from '../operation.ts'
import { protocols } from '../protocols/index.ts'
import { checkShape } from './check.ts'
import type { Reading } from './config.ts'
import { targetsShape } from './shapes.ts'
import type { Target } from './types.ts'
import type { YamlDocument } from './yaml.ts'

export type TargetsCode = 'ERR_PROTOCOL_UNKNOWN' | 'ERR_TARGET_RESERVED'

interface TargetsYaml {
  readonly targets: {
    readonly [name: string]: {
      readonly protocol: string
      readonly tags?: { readonly [tag: string]: string }
      readonly [setting: string]: unknown
    }
  }
}

const wireProtocols = Object.values(protocols).filter(({ name }) => name !== 'gate')

/** `targets.yaml` */
export function readTargets(document: YamlDocument): Reading<ReadonlyMap<string, Target>> {
  const faults = checkShape(document, targetsShape, document.value)
  if (faults.length > 0) return { diagnostics: faults }
  const diagnostics: Diagnostic[] = []
  const targets = new Map<string, Target>()
  for (const [name, { protocol: spoken, tags = {}, ...settings }] of Object.entries(
    (document.value as TargetsYaml).targets,
  )) {
    const path = ['targets', name]
    const protocol = wireProtocols.find(protocol => protocol.name === spoken)
    if (protocol === undefined) {
      const known = wireProtocols.map(protocol => `\`${protocol.name}\``).join(', ')
      const message = `protocol \`${spoken}\` is not known, next: use ${known}`
      diagnostics.push(document.report('ERR_PROTOCOL_UNKNOWN', message, [...path, 'protocol']))
      continue
    }
    if (name === 'gate') {
      const message = '`gate` is the name of the gateway itself, next: rename this target'
      diagnostics.push(document.report('ERR_TARGET_RESERVED', message, path, { at: 'key' }))
    }
    diagnostics.push(...checkShape(document, protocol.targetSchema, settings, path))
    targets.set(name, {
      name,
      protocol: protocol.name as WireProtocolName,
      tags: Object.entries(tags)
        .map(([tag, value]) => `${tag}=${value}`)
        .sort(),
      settings,
    })
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: targets, diagnostics }
}

/** The roles for which a target has a login. */
export function targetRoles(target: Target): readonly string[] {
  const { roles } = target.settings as { readonly roles?: { readonly [role: string]: unknown } }
  return Object.keys(roles ?? {})
}
