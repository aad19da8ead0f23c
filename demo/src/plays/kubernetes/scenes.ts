import type { Expected } from '../../acts.ts'
import type { Change, Identity } from '../../play.ts'
import type { Ask } from './client.ts'

/** One thing that an agent tries, and what must come of it. */
export interface Scene extends Expected {
  readonly agent: AgentName
  readonly ask: Ask
}

export const agents = {
  observe: { agent: 'autoscaler', role: 'observe', task: { id: 'evening-load', kind: 'scaling' } },
  // the same agent as above, and the same task: only the role differs
  scaling: { agent: 'autoscaler', role: 'scaling', task: { id: 'evening-load', kind: 'scaling' } },
  deploy: { agent: 'deployer', role: 'deploy', task: { id: 'release-42', kind: 'release' } },
  debug: { agent: 'incident-responder', role: 'debug', task: { id: 'INC-8', kind: 'incident' } },
} as const satisfies { readonly [name: string]: Identity }
export type AgentName = keyof typeof agents

const namespace = 'shop'
const web = { namespace, deployment: 'web' } as const

export const scenes: readonly Scene[] = [
  {
    what: 'an agent looks at the shop, round after round',
    agent: 'observe',
    ask: { do: 'get', namespace, resource: 'pods' },
    expect: 'allow',
    by: ['observe-reads'],
  },
  {
    what: 'and reads what a pod says',
    agent: 'observe',
    ask: { do: 'logs', namespace, pod: 'web-1' },
    expect: 'allow',
    by: ['observe-reads-status-and-logs'],
  },
  {
    what: 'but no secret, although its service account could',
    agent: 'observe',
    ask: { do: 'get', namespace, resource: 'secrets' },
    expect: 'deny',
    by: [],
  },
  {
    what: 'the same agent, now in the role that scales, needs fewer pods',
    agent: 'scaling',
    ask: { do: 'scale', ...web, replicas: 2 },
    expect: 'allow',
    by: ['scaling-scales'],
  },
  {
    what: 'more of them a person has to approve, and nobody can be asked yet',
    agent: 'scaling',
    ask: { do: 'scale', ...web, replicas: 10 },
    expect: 'pending',
    by: ['scale-out-needs-a-human'],
  },
  {
    what: 'a new version is brought',
    agent: 'deploy',
    ask: { do: 'image', ...web, image: 'registry.example.com/web:2' },
    expect: 'allow',
    by: ['deploy-writes'],
  },
  {
    what: 'not one from a registry that nobody approved',
    agent: 'deploy',
    ask: { do: 'image', ...web, image: 'docker.io/miner/web:2' },
    expect: 'deny',
    by: ['only-approved-registries'],
  },
  {
    what: 'nor does anybody appear as somebody else',
    agent: 'deploy',
    ask: { do: 'get', namespace, resource: 'pods', as: 'system:admin' },
    expect: 'deny',
    by: [],
  },
  {
    what: 'during an incident a command is run in a pod, and kept as a cast',
    agent: 'debug',
    ask: { do: 'exec', namespace, pod: 'web-1', command: ['df', '-h', '/'] },
    expect: 'allow',
    by: ['debug-runs-commands'],
  },
  {
    what: 'never in the pods that run the cluster',
    agent: 'debug',
    ask: { do: 'exec', namespace: 'kube-system', pod: 'etcd-0', command: ['cat', '/etc/passwd'] },
    expect: 'deny',
    by: ['no-exec-in-kube-system'],
  },
]

/** What is open while the policies change: one that they end, one that they do not. */
export const open = {
  command: { do: 'exec', namespace, pod: 'web-2', command: ['cat'], stdin: true },
  watch: { do: 'get', namespace, resource: 'pods', watch: true },
} as const satisfies { readonly [name: string]: Ask }

/** What is committed meanwhile. */
export const change: Change = {
  id: 'incident-8-is-closed',
  message: 'Incident 8 is closed',
  policies: 'policies/guards.cedar',
  policy: `
@id("incident-8-is-closed")
@owner("sre")
@reason("incident 8 is closed, and with it what was opened for it")
forbid (
  principal,
  action in [K8s::Action::"exec", K8s::Action::"portforward"],
  resource is K8s::Resource
)
when { context has task && context.task.id == "INC-8" };
`,
  tests: 'tests/debug.test.yaml',
  test: `
- name: no command for an incident that is closed
  as: { agent: incident-responder, role: debug, task: { id: INC-8, kind: incident } }
  target: prod
  kubectl: exec web-1 -n shop -- id
  expect: deny
  by: [incident-8-is-closed]
`,
}
