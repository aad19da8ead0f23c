import { resolve } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import { load } from 'js-yaml'
import { GatewayError } from '../core/errors.ts'
import { type GatewayConfig, gatewaySchema, type PostgresListen } from './schema.ts'

export type ConfigCode = 'ERR_CONFIG_YAML' | 'ERR_CONFIG_SCHEMA' | 'ERR_CONFIG_ENVIRONMENT'
type Environment = { readonly [name: string]: string | undefined }
type Tree = { [key: string]: unknown }

/**
 * Reads `gateway.yaml`, over it `CEDARGATE_…` (`bundle.maxAge` is `CEDARGATE_BUNDLE_MAX_AGE`; lists are separated by
 * commas), fills in defaults and makes paths absolute.
 *
 * @param folder what relative paths are relative to: the folder of the file
 * @throws GatewayError<ConfigCode>
 */
export function readConfig(yaml: string, environment: Environment, folder: string): GatewayConfig {
  const config = parse(yaml)
  overlay(config, gatewaySchema as Node, environment, 'CEDARGATE')
  const ajv = new Ajv({ useDefaults: true, allErrors: true, strict: false })
  const validate = ajv.compile<GatewayConfig>(gatewaySchema)
  if (!validate(config)) throw invalid(validate.errors ?? [])
  return absolute(coherent(config), folder)
}

function parse(yaml: string): Tree {
  let value: unknown
  try {
    value = load(yaml)
  } catch (cause) {
    throw new GatewayError<ConfigCode>('ERR_CONFIG_YAML', `gateway.yaml is not YAML: ${(cause as Error).message}`, {
      cause,
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GatewayError<ConfigCode>('ERR_CONFIG_YAML', 'gateway.yaml is not a mapping, next: see docs/gateway.md')
  return value as Tree
}

interface Node {
  readonly type?: string
  readonly properties?: { readonly [key: string]: Node }
  readonly items?: Node
  readonly enum?: readonly unknown[]
}

/** Each leaf of the schema may be set from outside; a folder of leaves appears when one of its leaves does. */
function overlay(tree: Tree, node: Node, environment: Environment, prefix: string): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const name = `${prefix}_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`
    if (child.properties !== undefined) {
      const existing = tree[key]
      const below: Tree = typeof existing === 'object' && existing !== null ? (existing as Tree) : {}
      overlay(below, child, environment, name)
      if (existing === undefined && Object.keys(below).length > 0) tree[key] = below
    } else {
      const value = environment[name]
      if (value !== undefined) tree[key] = typed(value, child, name)
    }
  }
}

function typed(value: string, { type }: Node, name: string): unknown {
  if (type === 'integer' && /^\d+$/.test(value)) return Number(value)
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true'
  if (type === 'array') return value.split(',')
  if (type === 'string' || type === undefined) return value
  throw new GatewayError<ConfigCode>('ERR_CONFIG_ENVIRONMENT', `\`${name}\` is not of type ${type}`)
}

/** What a JSON Schema says badly. */
function coherent(config: GatewayConfig): GatewayConfig {
  const { bundle, listen } = config
  if ((bundle.file === undefined) === (bundle.folder === undefined))
    throw new GatewayError<ConfigCode>('ERR_CONFIG_SCHEMA', '`bundle` needs either `file` or `folder`')
  if (bundle.threshold > bundle.keys.length)
    throw new GatewayError<ConfigCode>(
      'ERR_CONFIG_SCHEMA',
      `\`bundle.threshold\` is ${bundle.threshold}, with only ${bundle.keys.length} in \`bundle.keys\``,
    )
  const tls = listen.postgres?.tls
  if (tls !== undefined && (tls.certificate === undefined) !== (tls.key === undefined))
    throw new GatewayError<ConfigCode>('ERR_CONFIG_SCHEMA', '`listen.postgres.tls` needs both `certificate` and `key`')
  if (tls?.required === true && tls.certificate === undefined)
    throw new GatewayError<ConfigCode>(
      'ERR_CONFIG_SCHEMA',
      '`listen.postgres.tls` has no certificate, next: `cedargate keys generate --for tls`, or say `required: false` to let tokens travel in plaintext',
    )
  const numbers = listen.postgres && [listen.postgres.cancel, ...listen.postgres.cancel.peers].map(each => each.gateway)
  if (numbers !== undefined && new Set(numbers).size < numbers.length)
    throw new GatewayError<ConfigCode>('ERR_CONFIG_SCHEMA', '`listen.postgres.cancel` gives two gateways one number')
  return config
}

function absolute(config: GatewayConfig, folder: string): GatewayConfig {
  const at = <P extends string | undefined>(path: P): P => (path === undefined ? path : (resolve(folder, path) as P))
  const { listen, bundle, trail } = config
  return {
    ...config,
    state: at(config.state),
    listen: {
      ...(listen.postgres && { postgres: postgresPaths(listen.postgres, at) }),
      ...(listen.kubernetes && {
        kubernetes: { ...listen.kubernetes, tls: paths(listen.kubernetes.tls, ['certificate', 'key'], at) },
      }),
    },
    bundle: { ...paths(bundle, ['file', 'folder'], at), keys: bundle.keys.map(at) },
    trail: paths(trail, ['folder', 'key'], at),
    credentials: Object.fromEntries(
      Object.entries(config.credentials).map(([name, source]) => [
        name,
        paths(source, ['file', 'certificate', 'key'], at),
      ]),
    ),
  }
}

function postgresPaths(listen: PostgresListen, at: (path: string) => string): PostgresListen {
  const { tls, cancel } = listen
  return {
    ...listen,
    tls: paths(tls, ['certificate', 'key'], at),
    cancel: { ...cancel, peers: cancel.peers.map(peer => paths(peer, ['ca'], at)) },
  }
}

function paths<T extends object, K extends keyof T>(of: T, keys: readonly K[], at: (path: string) => string): T {
  const copy = { ...of }
  for (const key of keys) if (typeof copy[key] === 'string') copy[key] = at(copy[key] as string) as T[K]
  return copy
}

function invalid(errors: readonly ErrorObject[]): GatewayError<ConfigCode> {
  const [first] = errors
  const where = first?.instancePath.slice(1).replaceAll('/', '.') || 'gateway.yaml'
  const what =
    first?.keyword === 'additionalProperties'
      ? `has no key \`${first.params.additionalProperty}\``
      : (first?.message ?? 'is not valid')
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new GatewayError('ERR_CONFIG_SCHEMA', `\`${where}\` ${what}${more}, next: see docs/gateway.md`)
}
