import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findProgram } from '../../targets/kubernetes/programs.ts'
import { findClients, findServers } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'programs-'))
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const servers = suite('the servers of the demo')
for (const named of ['', 'fake'])
  servers(`are fake where \`${named}\` is named`, () => {
    const { about, binaries } = findServers(folder, named)
    assert.match(about, /^a fake API server/)
    assert.is(binaries, undefined)
  })
servers('are real where one is named and there is etcd, unpacked where it is packed', () => {
  const packed = file('server.gz', gzipSync('#!/bin/sh\n'))
  const { about, binaries } = findServers(folder, packed)
  if (findProgram('etcd') === undefined) assert.match(about, 'since a real one needs etcd')
  else assert.match(binaries?.apiserver ?? '', /\/server$/)
})
for (const [why, named] of [
  ['is not there', '/nowhere/kube-apiserver'],
  ['is not there, and packed', '/nowhere/kube-apiserver.gz'],
  ['may not be run', file('text', 'no program')],
  ['cannot be unpacked', file('text.gz', 'no gzip')],
] as const)
  servers(`are asked for anew where what is named ${why}`, () =>
    assert.throws(
      () => findServers(folder, named),
      (error: Error & { code?: string }) =>
        error.code === 'ERR_DEMO_START' && error.message.startsWith(`\`${named}\` is no program`),
    ),
  )
servers.run()

const clients = suite('the clients of the demo')
const workplace = { home: folder, path: '', cache: folder }
clients('are those of npm where none is wanted', async () =>
  assert.match((await findClients(workplace, 'none')).about, '@kubernetes/client-node'),
)
clients('are kubectl where what is named says that it is', async () => {
  const named = file('kubectl', '#!/bin/sh\necho \'{"clientVersion": {"gitVersion": "v9.9.9"}}\'\n')
  chmodSync(named, 0o755)
  const found = await findClients(workplace, named)
  assert.is(found.about, `kubectl v9.9.9 (${named}), unchanged`)
  assert.is(found.program, named)
})
clients.run()
