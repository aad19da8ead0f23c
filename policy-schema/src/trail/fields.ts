import type { TrailBody, TrailKind } from './events.ts'

type BodyOf<K extends TrailKind> = Extract<TrailBody, { readonly kind: K }>
type FieldOf<K extends TrailKind> = Exclude<keyof BodyOf<K>, 'kind'>

const who = ['session', 'agent', 'user', 'role', 'task', 'target'] as const

/**
 * The order of a line's own members, after the common ones and before `hash`. Part of the format: the hash is over the
 * text of the line. A member that is not named here is not written; a test holds this table against the JSON Schema.
 */
export const fieldsOf: { readonly [K in TrailKind]: readonly FieldOf<K>[] } = {
  'gateway.started': ['release', 'node'],
  'gateway.stopped': ['reason'],
  'trail.recovered': ['segment', 'tornBytes', 'tornDigest'],
  'session.started': ['session', 'protocol', 'source', 'credential'],
  decision: [
    ...who,
    'source',
    'operation',
    'now',
    'approval',
    'requests',
    'requestsDigest',
    'decision',
    'obligations',
    'shadow',
    'refused',
    'replayable',
  ],
  result: [...who, 'decisionSeq', 'rows', 'bytes', 'received', 'status', 'limit', 'durationUs'],
  'session.ended': ['session', 'reason'],
  'auth.succeeded': ['source', 'protocol', 'issuer', 'subject', 'role', 'target', 'credentialId'],
  'auth.failed': ['source', 'protocol', 'code', 'detail', 'times'],
  'bundle.activated': ['repository', 'ref', 'epoch', 'commits', 'issuedAt', 'expiresAt', 'keys', 'policies'],
  'bundle.refused': ['code', 'detail', 'source', 'offered'],
  'cast.closed': ['session', 'decisionSeq', 'path', 'bytes', 'digest', 'truncated'],
  checkpoint: ['segment', 'lines', 'root', 'key', 'signature'],
}
