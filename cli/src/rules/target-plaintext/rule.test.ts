import type { Target } from '@cedargate/policy-schema'
import { ruleSuite } from '../../../test/rule-suite.ts'
import { targetPlaintext } from './rule.ts'

const { finds, silent, run } = ruleSuite(targetPlaintext)

finds('a target without TLS', ``, ['targets.yaml:2:1'], {
  files: { 'targets.yaml': 'targets:\n  old-db:\n    protocol: postgres\n' },
  targets: [plain('old-db', 'db.internal', 'disable')],
})

silent('a loopback', ``, { targets: [plain('old-db', '127.0.0.1', 'disable')] })
silent('verification', ``, { targets: [plain('old-db', 'db.internal', 'verify-full')] })
silent('the default', ``, { targets: [plain('old-db', 'db.internal', undefined)] })

function plain(name: string, host: string, mode: string | undefined): Target {
  const tls = mode === undefined ? {} : { tls: { mode } }
  return { name, protocol: 'postgres', tags: [], settings: { host, database: 'x', roles: {}, ...tls } }
}

run()
