/** A fake core for the tests beside it: it lets in who has the right token, decides by a function, and remembers what it was asked. */
import type {
  Evaluation,
  Obligations,
  PostgresOperation,
  PostgresTargetSettings,
  Target,
} from '@cedargate/policy-schema'
import type { Admission, Door, Gate, How, Login, Refusal, Result } from '../../core/contract.ts'
import { noCast } from '../../trail/no-casts.test-support.ts'

export interface FakeDecision {
  readonly operation: PostgresOperation
  readonly how: How
  readonly allowed: boolean
  /** Every result that was reported: there must be one where it was forwarded. */
  readonly results: Result[]
}

export interface FakeDoor extends Door<PostgresOperation> {
  readonly logins: Login[]
  readonly rejections: { readonly source: string; readonly code: string; readonly detail: string }[]
  readonly decisions: FakeDecision[]
  readonly ends: string[]
  /** Why an operation is denied; `undefined`: allowed. */
  rule: (operation: PostgresOperation) => string | undefined
  /** What an operation that is allowed is obliged to. */
  oblige: (operation: PostgresOperation) => Obligations
  /** What the engine is said to have asked of an operation. */
  requests: (operation: PostgresOperation) => Evaluation['requests']
  bundle: string
  /** Answers after a turn of the event loop, as with durability on disk. */
  slow: boolean
  /** Ends every session. */
  end(refusal: Refusal): void
}

export const fakeToken = 'a-fake-token'

export function refusal(code: Refusal['code'], message: string): Refusal {
  return { code, message, reasons: [], policies: ['a-policy'], commit: 'c0ffee', next: 'ask somebody' }
}

export function createFakeDoor(settings: PostgresTargetSettings, login: { user: string; password: string }): FakeDoor {
  const target: Target = { name: 'orders-db', protocol: 'postgres', tags: [], settings }
  const controllers: AbortController[] = []
  const door: FakeDoor = {
    logins: [],
    rejections: [],
    decisions: [],
    ends: [],
    rule: () => undefined,
    oblige: () => ({}),
    requests: () => [],
    bundle: 'bundle-1',
    slow: false,
    end(reason) {
      for (const controller of controllers) controller.abort(reason)
    },
    rejected(source, code, detail) {
      door.rejections.push({ source, code, detail })
    },
    async open(login) {
      door.logins.push(login)
      if (login.token !== fakeToken) return refusal('auth_failed', 'the token does not verify')
      if (login.target !== target.name) return refusal('unknown_target', 'there is no such target')
      return createGate(login)
    },
  }

  const createGate = (shown: Login): Gate<PostgresOperation> => {
    const controller = new AbortController()
    controllers.push(controller)
    const decide = (operation: PostgresOperation, how: How): Admission<PostgresOperation> => {
      const why = door.rule(operation)
      const decision: FakeDecision = { operation, how, allowed: why === undefined, results: [] }
      door.decisions.push(decision)
      if (why !== undefined)
        return { allowed: false, refusal: { ...refusal('forbidden', 'denied by policy'), reasons: [why] } }
      return {
        allowed: true,
        operation,
        evaluation: {
          decision: { effect: 'allow', policies: ['a-policy'] },
          requests: door.requests(operation),
          requestsDigest: '',
          obligations: door.oblige(operation),
        },
        bundle: door.bundle,
        commit: 'c0ffee',
        openCast: noCast,
        finish: result => decision.results.push(result),
      }
    }
    return {
      session: {
        id: 'a-session',
        principal: { type: 'Gate::Agent', id: 'agent' },
        issuer: 'fake',
        role: shown.role,
        target: shown.target,
        credentialId: 'credential',
        startedAt: 0,
        expiresAt: 0,
      },
      target,
      credential: {
        name: 'fake',
        user: login.user,
        longLived: true,
        secret: async () => login.password,
        certificate: async () => undefined,
      },
      get bundle() {
        return door.bundle
      },
      ended: controller.signal,
      admit: (operation, how) =>
        door.slow
          ? new Promise(resolve => setTimeout(() => resolve(decide(operation, how)), 2))
          : decide(operation, how),
      evaluate: () => undefined,
      end: reason => door.ends.push(reason),
    }
  }
  return door
}
