import { group } from '../command.ts'
import { build } from './bundle/build.ts'
import { inspect } from './bundle/inspect.ts'
import { renew } from './bundle/renew.ts'
import { sign } from './bundle/sign.ts'
import { verify } from './bundle/verify.ts'
import { completion } from './completion.ts'
import { demo } from './demo.ts'
import { explain } from './explain.ts'
import { fmt } from './fmt.ts'
import { gateway } from './gateway.ts'
import { init } from './init.ts'
import { generate } from './keys/generate.ts'
import { kubeCredential } from './kube-credential.ts'
import { kubeconfig } from './kubeconfig.ts'
import { lint } from './lint.ts'
import { listSessions } from './sessions/list.ts'
import { showSession } from './sessions/show.ts'
import { simulate } from './simulate.ts'
import { pull } from './snapshot/pull.ts'
import { test } from './test.ts'
import { sign as signToken } from './token/sign.ts'
import { verify as verifyTrail } from './trail/verify.ts'

/** Every command, in the order of a day's work. Made anew for each program: commander's commands hold state. */
export const commands = [
  init,
  lint,
  fmt,
  test,
  explain,
  simulate,
  () => group('bundle', 'policies as a signed file', [build(), sign(), verify(), inspect(), renew()]),
  gateway,
  () => group('trail', 'what a gateway recorded', [verifyTrail()]),
  () => group('sessions', 'who did what', [listSessions(), showSession()]),
  () => group('snapshot', 'what names resolve to, for tests and explain', [pull()]),
  () => group('keys', 'keys for bundles, trails, TLS and tokens', [generate()]),
  () => group('token', 'development tokens', [signToken()]),
  kubeconfig,
  kubeCredential,
  demo,
  completion,
]
