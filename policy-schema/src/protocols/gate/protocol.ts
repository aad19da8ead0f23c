import { canonicalJson } from '../../canonical.ts'
import { PolicyError } from '../../errors.ts'
import type { Mapped, Protocol } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import type { GateOperation } from './operation.ts'

/** In which role the caller acts: nobody is in a role who is only asking for it. */
const kinds = {
  assumeRole: { inRole: false },
  breakGlass: { inRole: false },
  approve: { inRole: true },
  watch: { inRole: true },
  kill: { inRole: true },
} satisfies Record<GateOperation['kind'], { readonly inRole: boolean }>

/**
 * What operations of the control plane are asked on: the reserved name `gate`, without tags. No `targets.yaml` can name
 * it, and nothing is dialled there, so it has none of a wire target's settings.
 */
export const gateTarget = { name: 'gate', protocol: 'gate', tags: [], settings: {} } as unknown as Target

const askedSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { target: { type: 'string' }, protocol: { type: 'string' } },
} as const

const members = {
  kind: { enum: Object.keys(kinds) },
  role: { type: 'string', minLength: 1 },
  asked: askedSchema,
} as const

/** The decisions of the control plane. `base.cedarschema` declares their actions, since a Cedar namespace cannot be split. */
export const gateProtocol: Protocol<GateOperation> = {
  name: 'gate',
  cedarSchema: '',
  operationSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['protocol', 'kind', 'role'],
    properties: { protocol: { const: 'gate' }, ...members },
  },
  targetSchema: { type: 'object', additionalProperties: false },
  shorthandSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['gate'],
    properties: {
      gate: { type: 'object', additionalProperties: false, required: ['kind', 'role'], properties: members },
    },
  },
  shorthands: ['gate'],
  toOperation(shorthand) {
    const asked = shorthand as { readonly gate?: Omit<GateOperation, 'protocol'> } | undefined
    if (typeof asked?.gate?.role !== 'string' || !Object.hasOwn(kinds, asked.gate.kind))
      throw new PolicyError(
        'ERR_SHORTHAND',
        `\`gate\` needs a kind and a role, next: write \`gate: { kind: ${Object.keys(kinds).join('|')}, role: … }\``,
      )
    return { protocol: 'gate', ...asked.gate }
  },
  toRequests(operation): Mapped {
    if (!Object.hasOwn(kinds, operation.kind))
      return { reason: 'unmapped', detail: `the control plane knows no \`${operation.kind}\`` }
    const resource = { type: 'Gate::Role', id: operation.role }
    return {
      requests: [
        {
          action: { type: 'Gate::Action', id: operation.kind },
          resource,
          entities: [{ uid: resource, attrs: {}, parents: [] }],
          context: { asked: { ...operation.asked } },
          ...(kinds[operation.kind].inRole ? {} : { roleless: true }),
        },
      ],
    }
  },
  redact: operation => operation,
  toText: ({ kind, role }) => `${kind}: ${role}`,
  mappingKey: operation => canonicalJson([operation.kind, operation.role, operation.asked]),
}
