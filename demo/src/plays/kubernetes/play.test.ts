// timeout: 600s
import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertHeld, assertInterrupted, playDemo } from '../../run-demo.test-support.ts'
import { findProgram } from '../../targets/kubernetes/programs.ts'

const demo = suite('the demo of Kubernetes')
const fake = { CEDARGATE_KUBE_APISERVER: 'fake' }

demo('says so where what CEDARGATE_KUBECTL names is none', async () => {
  const { code, text } = await playDemo(['kubernetes', '--once'], { ...fake, CEDARGATE_KUBECTL: process.execPath })
  assert.is(code, 2)
  assert.match(text, 'is no kubectl, next: ')
})

const named = process.env.CEDARGATE_KUBE_APISERVER ?? ''
const isReal = named !== '' && named !== 'fake' && findProgram('etcd') !== undefined
demo(`needs no kubectl${isReal ? ', and holds what it claims before the real server that is named' : ''}`, async () => {
  const played = await playDemo(['kubernetes', '--once'], { CEDARGATE_KUBECTL: 'none', ...(isReal ? {} : fake) })
  assertHeld(played)
  assert.match(played.text, '@kubernetes/client-node, unchanged')
  assert.match(played.text, isReal ? 'starting a real kube-apiserver' : 'starting a fake API server')
})

/** Runs the lines that are to be typed. */
function type(shown: string): readonly string[] {
  const [, base = ''] = /export PATH=(\S+)\/bin:/.exec(shown) ?? []
  return [...shown.matchAll(/^ {2}\$ (.* --kubeconfig .*)$/gm)].map(([, line]) => {
    const env = { PATH: `${base}/bin:${process.env.PATH}`, HOME: base }
    const { stdout, stderr } = spawnSync('sh', ['-c', line ?? ''], { encoding: 'utf8', env })
    return stdout + stderr
  })
}

demo(
  'holds all that it claims before the fake API server, says that it is one, and stays up: what it says to type goes through the gateway',
  async () => {
    let said: readonly string[] = []
    const { code, text } = await playDemo(['kubernetes'], fake, (shown, interrupt) => {
      if (!shown.includes('Ctrl-C ends it')) return
      said = type(shown)
      interrupt()
    })
    assert.is(code, 0, text)
    assert.match(text, 'starting a fake API server')
    assert.match(text, /^ {2}all \d\d expectations held$/m)
    if (text.includes('@kubernetes/client-node, unchanged')) return // nobody here could type it
    assert.is(said.length, 2)
    const [pods = '', scaled = ''] = said
    assert.match(pods, /^NAME +READY/)
    assert.match(scaled, 'policy `scale-out-needs-a-human`')
  },
)
demo('that is interrupted amid its script does not claim success', async () => {
  for (const word of ['1. A target', '2. Policies in git', 'git commit -am']) {
    const amid = await playDemo(['kubernetes', '--once'], fake, (shown, interrupt) => {
      if (shown.includes(word)) interrupt()
    })
    assertInterrupted(amid)
  }
})
demo.run()
