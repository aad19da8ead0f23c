import { command } from '../command.ts'
import { exit } from '../exit.ts'
import { write } from '../report/print.ts'

interface Options {
  readonly tokenFile?: string
}

export const kubeCredential = () =>
  command('kube-credential', 'hand kubectl the token; a kubeconfig by `cedargate kubeconfig` calls this')
    .flag('--token-file <file>', 'where the token is; CEDARGATE_TOKEN unless given')
    .examples(['what kubectl gets', 'CEDARGATE_TOKEN=$TOKEN cedargate kube-credential'])
    .runs(async ({ tokenFile }: Options) => {
      const { readNamed } = await import('../keys/read.ts')
      const { toExecCredential } = await import('../kubeconfig/credential.ts')
      const token = tokenFile === undefined ? process.env.CEDARGATE_TOKEN : readNamed(tokenFile, 'token')
      await write(process.stdout, `${toExecCredential(token)}\n`)
      return exit.ok
    })
