import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findKubeApiserver, helm, kubectl, kubectlVersions } from './index.ts'

const programs = suite('the programs of Kubernetes')
const run = (program: string, ...args: readonly string[]) => execFileSync(program, args, { encoding: 'utf8' })

for (const version of kubectlVersions)
  programs(`kubectl ${version} is what it is called`, () => {
    const { clientVersion } = JSON.parse(run(kubectl(version), 'version', '--client', '-o', 'json'))
    assert.is(`${clientVersion.major}.${clientVersion.minor}`, version)
  })
programs('helm is the fourth', () => assert.match(run(helm(), 'version', '--short'), /^v4\./))
programs('a kube-apiserver is the one that is named, unpacked where it is packed', () => {
  const packed = join(mkdtempSync(join(tmpdir(), 'peer-')), 'server-1.gz')
  writeFileSync(packed, gzipSync('#!/bin/sh\necho a server\n'))
  const server = findKubeApiserver(packed) ?? ''
  assert.is(run(server), 'a server\n')
  assert.is(findKubeApiserver(packed), server)
  assert.is(findKubeApiserver('/opt/kube-apiserver'), '/opt/kube-apiserver')
  assert.is(findKubeApiserver(''), undefined)
})
programs.run()
