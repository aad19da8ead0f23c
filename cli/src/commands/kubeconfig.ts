import { command } from '../command.ts'
import { exit } from '../exit.ts'
import { write } from '../report/print.ts'

interface Options {
  readonly gateway: string
  readonly target: string
  readonly role: string
  readonly ca?: string
  readonly namespace?: string
  readonly tokenFile?: string
  readonly output?: string
}

export const kubeconfig = () =>
  command('kubeconfig', 'write a kubeconfig that leads kubectl through the gateway, in one role')
    .requiredFlag('--gateway <address>', "host:port of the gateway's listener for Kubernetes")
    .requiredFlag('--target <target>', 'which cluster, as targets.yaml names it')
    .requiredFlag('--role <role>', 'in which role')
    .flag('--ca <file>', "who vouches for the gateway's certificate, PEM; the system's roots unless given")
    .flag('--namespace <name>', 'the namespace where a command names none')
    .flag('--token-file <file>', 'where kubectl finds the token; CEDARGATE_TOKEN unless given')
    .flag('-o, --output <file>', 'write to a file, which must not exist, instead of standard output')
    .examples([
      'one file for one role; the token stays in the environment',
      'cedargate kubeconfig --gateway gate.internal:6443 --target prod --role scaling --ca ca.pem -o scaling.kubeconfig\n' +
        '  CEDARGATE_TOKEN=$TOKEN kubectl --kubeconfig scaling.kubeconfig get deployments -n shop',
    ])
    .runs(async ({ ca, output, tokenFile, ...parts }: Options) => {
      const { readNamed } = await import('../keys/read.ts')
      const { toKubeconfig } = await import('../kubeconfig/kubeconfig.ts')
      const { resolve } = await import('node:path')
      const text = toKubeconfig({
        ...parts,
        ...(ca !== undefined && { ca: readNamed(ca, 'certificate') }),
        // kubectl runs wherever it is called
        ...(tokenFile !== undefined && { tokenFile: resolve(tokenFile) }),
      })
      if (output === undefined) {
        await write(process.stdout, text)
        return exit.ok
      }
      const { basename, dirname } = await import('node:path')
      const { writeNew } = await import('../keys/write-new.ts')
      writeNew(dirname(output), [{ name: basename(output), text, secret: true }])
      await write(
        process.stdout,
        `${output} leads to \`${parts.target}\` as \`${parts.role}\`, next: kubectl --kubeconfig ${output} get pods\n`,
      )
      return exit.ok
    })
