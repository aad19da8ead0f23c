import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { readConfig } from './read-config.ts'

const good = `
state: state
listen:
  postgres:
    address: 127.0.0.1:6432
    tls: { certificate: tls/server.crt, key: tls/server.key }
bundle:
  folder: bundles
  keys: [keys/bundle.pub]
  audience: production
  repository: example/policies
credentials:
  orders-backup: { file: secrets/orders-backup, hosts: [db.internal] }
`
const read = (yaml: string, environment = {}) => readConfig(yaml, environment, '/etc/cedargate')

const reading = suite('gateway.yaml')
reading('is completed with defaults, its paths relative to its folder', () => {
  const config = read(good)
  assert.is(config.state, '/etc/cedargate/state')
  assert.equal(config.listen.postgres?.tls, {
    certificate: '/etc/cedargate/tls/server.crt',
    key: '/etc/cedargate/tls/server.key',
    required: true,
  })
  assert.is(config.bundle.ref, 'refs/heads/main')
  assert.is(config.bundle.threshold, 1)
  assert.is(config.trail.durability, 'os')
  assert.is(config.control.address, '127.0.0.1:9464')
  assert.is(config.credentials['orders-backup']?.file, '/etc/cedargate/secrets/orders-backup')
})
reading('can be set key by key from the environment', () => {
  const config = read(good, {
    CEDARGATE_BUNDLE_AUDIENCE: 'staging',
    CEDARGATE_BUNDLE_KEYS: 'a.pub,b.pub',
    CEDARGATE_BUNDLE_THRESHOLD: '2',
    CEDARGATE_TRAIL_MAX_SEGMENT_BYTES: '4096',
    CEDARGATE_LISTEN_POSTGRES_TLS_REQUIRED: 'false',
    CEDARGATE_TOKEN: 'not a key of the configuration',
  })
  assert.is(config.bundle.audience, 'staging')
  assert.equal(config.bundle.keys, ['/etc/cedargate/a.pub', '/etc/cedargate/b.pub'])
  assert.is(config.bundle.threshold, 2)
  assert.is(config.trail.maxSegmentBytes, 4096)
  assert.is(config.listen.postgres?.tls.required, false)
})

const refusals = suite('gateway.yaml is refused when')
for (const [why, yaml, code, environment] of [
  ['it is not YAML', 'a: [', 'ERR_CONFIG_YAML', {}],
  ['it has a key twice', 'state: a\nstate: b', 'ERR_CONFIG_YAML', {}],
  ['it is a list', '- state', 'ERR_CONFIG_YAML', {}],
  ['it is empty', '', 'ERR_CONFIG_YAML', {}],
  ['it has a key that nobody reads', `${good}\nallowAll: true`, 'ERR_CONFIG_SCHEMA', {}],
  [
    'a certificate has no key',
    good.replace('file: secrets/orders-backup', 'certificate: a.pem'),
    'ERR_CONFIG_SCHEMA',
    {},
  ],
  ['a secret has a key', good.replace('file: secrets/orders-backup', 'file: a, key: a.key'), 'ERR_CONFIG_SCHEMA', {}],
  ['it trusts nobody', good.replace('[keys/bundle.pub]', '[]'), 'ERR_CONFIG_SCHEMA', {}],
  ['it wants more keys than it has', good.replace('  audience', '  threshold: 2\n  audience'), 'ERR_CONFIG_SCHEMA', {}],
  ['it has two sources', good.replace('  folder: bundles', '  folder: b\n  file: f'), 'ERR_CONFIG_SCHEMA', {}],
  ['it wants TLS without a certificate', good.replace(/ {4}tls:.*\n/, ''), 'ERR_CONFIG_SCHEMA', {}],
  ['it has half a certificate', good.replace(', key: tls/server.key', ''), 'ERR_CONFIG_SCHEMA', {}],
  ['a credential has no hosts', good.replace(', hosts: [db.internal]', ''), 'ERR_CONFIG_SCHEMA', {}],
  ['a credential has two sources', good.replace('{ file:', '{ env: X, file:'), 'ERR_CONFIG_SCHEMA', {}],
  ['an address has no port', good.replace('127.0.0.1:6432', 'localhost'), 'ERR_CONFIG_SCHEMA', {}],
  ['too few may be in flight', `${good}\nlimits: { maxInFlight: 1999 }`, 'ERR_CONFIG_SCHEMA', {}],
  ['the environment has a word for a number', good, 'ERR_CONFIG_ENVIRONMENT', { CEDARGATE_BUNDLE_EPOCH: 'two' }],
] as const)
  refusals(why, () => assert.throws(() => read(yaml, environment), hasCode(code)))

reading.run()
refusals.run()
