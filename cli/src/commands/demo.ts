import type { WireProtocolName } from '@cedargate/policy-schema'
import { Argument } from 'commander'
import { command } from '../command.ts'
import { exit } from '../exit.ts'

const protocols = Object.keys({ postgres: true, kubernetes: true } satisfies Record<WireProtocolName, true>)

export const demo = () =>
  command('demo', 'see it decide: a target, a gateway, agents, a changed policy, the trail')
    .addArgument(new Argument('[protocol]', 'on which kind of target').choices(protocols).default('postgres'))
    .flag('--once', 'end after the script')
    .examples(
      ['watch, then try psql yourself', 'cedargate demo'],
      ['kubectl and a cluster; it says what of it is real', 'cedargate demo kubernetes'],
      [
        'before a kube-apiserver, with etcd in the PATH; CEDARGATE_KUBECTL names another kubectl, or none',
        'CEDARGATE_KUBE_APISERVER=/opt/kube-apiserver cedargate demo kubernetes',
      ],
      ['as a check', 'cedargate demo --once'],
    )
    .runs(async (protocol: WireProtocolName, { once = false }: { readonly once?: boolean }) => {
      const { runDemo } = await import('@cedargate/demo')
      await runDemo({ protocol, once })
      return exit.ok
    })
