/** JSON Schema of `gateway.yaml`. The one place that says which keys there are, what they default to and what they mean. */
const text = { type: 'string', minLength: 1 } as const
const port = {
  type: 'string',
  pattern: '^(.*):(\\d{1,5})$',
  description: '`host:port`; port 0 takes a free one',
} as const
const object = (properties: object, required: readonly string[] = [], description?: string) =>
  ({
    type: 'object',
    additionalProperties: false,
    properties,
    required,
    default: required.length === 0 ? {} : undefined,
    ...(description !== undefined && { description }),
  }) as const
const count = (value: number, description: string, range: { minimum?: number; maximum?: number } = {}) =>
  ({ type: 'integer', minimum: 1, ...range, default: value, description }) as const
const mib = 1024 * 1024

export const gatewaySchema = object(
  {
    state: { ...text, description: 'folder of the state: gateway id, high-water mark, trail key; mode 0700' },
    listen: object(
      {
        postgres: object(
          {
            address: port,
            tls: object(
              {
                certificate: { ...text, description: 'PEM file: the certificate and its chain' },
                key: { ...text, description: 'PEM file, mode 0600' },
                required: { type: 'boolean', default: true, description: 'refuse clients that do not ask for TLS' },
              },
              [],
              'without `certificate` and `key` there is no TLS, which `required: false` has to say',
            ),
            cancel: object(
              {
                gateway: {
                  type: 'integer',
                  minimum: 0,
                  maximum: 63,
                  default: 0,
                  description: "this gateway's number in cancel keys; each of several behind one address has its own",
                },
                peers: {
                  type: 'array',
                  default: [],
                  description: 'the others: `gateway` (their number), `address`, `ca` and `serverName` of their TLS',
                  items: object(
                    {
                      gateway: { type: 'integer', minimum: 0, maximum: 63 },
                      address: port,
                      ca: { ...text, description: "PEM file; the system's roots unless given" },
                      serverName: { ...text, description: "the name to verify, where it is not the address's" },
                    },
                    ['gateway', 'address'],
                  ),
                },
              },
              [],
              'a cancel request may arrive at another gateway than the one that holds the session',
            ),
          },
          ['address'],
        ),
        kubernetes: object(
          {
            address: port,
            tls: object(
              {
                certificate: { ...text, description: 'PEM file: the certificate and its chain' },
                key: { ...text, description: 'PEM file, mode 0600' },
              },
              ['certificate', 'key'],
              'always: clients send no token without it',
            ),
          },
          ['address', 'tls'],
        ),
      },
      [],
      'one listener a protocol',
    ),
    control: object({
      address: { ...port, default: '127.0.0.1:9464', description: '/healthz, /readyz and /metrics; keep it internal' },
    }),
    bundle: object(
      {
        file: { ...text, description: 'a bundle file; or' },
        folder: { ...text, description: 'a folder, in which the valid bundle of the highest order counts' },
        keys: {
          type: 'array',
          minItems: 1,
          items: text,
          description: 'PEM files of the public keys that are trusted',
        },
        threshold: count(1, 'how many distinct keys must have signed'),
        audience: { ...text, description: 'the audience that a bundle must be for' },
        repository: { ...text, description: 'the repository that a bundle must be of' },
        ref: { ...text, default: 'refs/heads/main', description: 'the ref that a bundle must be of' },
        epoch: count(1, 'raised when the repository was rewritten or moved'),
      },
      ['keys', 'audience', 'repository'],
    ),
    trail: object({
      folder: { ...text, description: '`<state>/trail` unless given' },
      key: { ...text, description: 'PEM file that signs checkpoints; made in the state folder unless given' },
      durability: {
        enum: ['os', 'disk'],
        default: 'os',
        description: '`os`: survives a crash of the gateway; `disk`: synced before forwarding, survives a power cut',
      },
      maxSegmentBytes: count(64 * 1024 * 1024, 'a segment is sealed above this'),
      maxSegmentAgeSeconds: count(24 * 60 * 60, 'a segment is sealed after this'),
      maxCastBytes: count(1024 * mib, 'a terminal whose cast comes to this is ended'),
    }),
    credentials: {
      type: 'object',
      default: {},
      description: 'name → where the secret is, and the hosts that it may be shown to',
      additionalProperties: {
        ...object(
          {
            file: text,
            env: text,
            command: { type: 'array', minItems: 1, items: { type: 'string' } },
            certificate: {
              ...text,
              description: 'PEM file of a client certificate and its chain, in place of a secret',
            },
            key: { ...text, description: 'PEM file of its key, mode 0600' },
            hosts: { type: 'array', minItems: 1, items: text },
          },
          ['hosts'],
        ),
        oneOf: ['file', 'env', 'command', 'certificate'].map(kind => ({ required: [kind] })),
        dependencies: { certificate: ['key'], key: ['certificate'] },
      },
    },
    limits: object({
      maxSessions: count(1000, 'open sessions, over all protocols'),
      maxSessionsPerPrincipal: count(100, 'of them, of one agent or user: one token cannot take them all'),
      maxCallsPerPrincipal: count(
        256,
        'API calls of one agent or user that are not answered, watches and streams among them, and its connections; of each worker',
      ),
      maxSessionSeconds: count(24 * 60 * 60, 'a session ends after this, or when its token expires'),
      idleSeconds: count(60 * 60, 'a session ends after this without a message, outside of a transaction'),
      idleInTransactionSeconds: count(
        10 * 60,
        'a session ends after this without a message, within a transaction or while it copies in; and one that reads nothing of its answers',
      ),
      // a target holds answers back until they fill 8 KiB, and the shortest has 5 bytes
      maxInFlight: count(
        10_000,
        'messages of one session that the target has not answered; further ones wait; at least 2,000',
        { minimum: 2_000 },
      ),
      maxStatementBytes: count(
        mib,
        'a larger statement is denied without being held; over 256 KiB none is decided on',
        { maximum: 64 * mib },
      ),
      maxBindBytes: count(16 * mib, 'parameters of one execution; a larger Bind ends the session', {
        maximum: 1024 * mib,
      }),
      maxBodyBytes: count(3 * mib, 'of an API call; a larger one is refused', { maximum: 64 * mib }),
      maxHeldBodyBytes: count(
        64 * mib,
        'of all bodies of API calls that are held at once, a quarter of it of one agent or user; further ones wait, for a minute at most; of each worker',
      ),
      maxHeaderBytes: count(64 * 1024, 'of an API call, its path included; more ends the connection', {
        minimum: 8 * 1024,
        maximum: mib,
      }),
      maxConnections: count(2000, 'connections of one listener, logged in or not'),
      maxHandshakes: count(
        200,
        'connections of one listener that have not logged in yet; for one more the oldest is closed',
      ),
      handshakeSeconds: count(15, 'from accept to the end of the login'),
      drainSeconds: count(30, 'how long operations under way may take when the gateway shuts down'),
    }),
    workers: count(1, 'processes that serve the listeners, each with a chain of its own; `--workers` says the same', {
      maximum: 63,
    }),
    log: object({ level: { enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'], default: 'info' } }),
  },
  ['state', 'bundle'],
)

/** `gateway.yaml`, complete: every default filled in, every file path absolute. */
export interface GatewayConfig {
  readonly state: string
  readonly listen: { readonly postgres?: PostgresListen; readonly kubernetes?: KubernetesListen }
  readonly control: { readonly address: string }
  readonly bundle: {
    readonly file?: string
    readonly folder?: string
    readonly keys: readonly string[]
    readonly threshold: number
    readonly audience: string
    readonly repository: string
    readonly ref: string
    readonly epoch: number
  }
  readonly trail: {
    readonly folder?: string
    readonly key?: string
    readonly durability: 'os' | 'disk'
    readonly maxSegmentBytes: number
    readonly maxSegmentAgeSeconds: number
    readonly maxCastBytes: number
  }
  readonly credentials: {
    readonly [name: string]: {
      readonly file?: string
      readonly env?: string
      readonly command?: readonly string[]
      readonly certificate?: string
      readonly key?: string
      readonly hosts: readonly string[]
    }
  }
  readonly limits: {
    readonly maxSessions: number
    readonly maxSessionsPerPrincipal: number
    readonly maxCallsPerPrincipal: number
    readonly maxSessionSeconds: number
    readonly idleSeconds: number
    readonly idleInTransactionSeconds: number
    readonly maxInFlight: number
    readonly maxStatementBytes: number
    readonly maxBindBytes: number
    readonly maxBodyBytes: number
    readonly maxHeldBodyBytes: number
    readonly maxHeaderBytes: number
    readonly maxConnections: number
    readonly maxHandshakes: number
    readonly handshakeSeconds: number
    readonly drainSeconds: number
  }
  readonly workers: number
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' }
}

export interface PostgresListen {
  readonly address: string
  readonly tls: { readonly certificate?: string; readonly key?: string; readonly required: boolean }
  readonly cancel: { readonly gateway: number; readonly peers: readonly PostgresPeer[] }
}

export interface KubernetesListen {
  readonly address: string
  readonly tls: { readonly certificate: string; readonly key: string }
}

export interface PostgresPeer {
  readonly gateway: number
  readonly address: string
  readonly ca?: string
  readonly serverName?: string
}
