import { dump } from 'js-yaml'
import { CliError } from '../errors.ts'

export interface KubeconfigParts {
  /** `host:port` of the gateway's listener for Kubernetes. */
  readonly gateway: string
  readonly target: string
  readonly role: string
  /** PEM: who vouches for the gateway; the system's roots unless given. */
  readonly ca?: string
  readonly namespace?: string
  /** Where the token is read from; `CEDARGATE_TOKEN` unless given. */
  readonly tokenFile?: string
}

/**
 * A kubeconfig that leads through the gateway. It holds no secret: kubectl asks `cedargate kube-credential` for the token.
 *
 * @throws CliError `ERR_USAGE` for an address that is none
 */
export function toKubeconfig({ gateway, target, role, ca, namespace, tokenFile }: KubeconfigParts): string {
  const server = `https://${gateway}/clusters/${encodeURIComponent(target)}/roles/${encodeURIComponent(role)}`
  if (!URL.canParse(server) || new URL(server).host !== gateway.toLowerCase())
    throw new CliError(
      'ERR_USAGE',
      `\`${gateway}\` is no address, next: give host:port of the gateway, such as gate.internal:6443`,
    )
  const name = `${role}@${target}`
  const authority = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, ...authority } }],
    users: [{ name, user: { exec: credentialPlugin(tokenFile) } }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace !== undefined && { namespace }) } }],
    'current-context': name,
  })
}

/** @see Kubernetes, "client-go credential plugins" */
function credentialPlugin(tokenFile: string | undefined) {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'cedargate',
    args: ['kube-credential', ...(tokenFile === undefined ? [] : ['--token-file', tokenFile])],
    interactiveMode: 'Never',
    installHint: 'cedargate must be in the PATH, since it hands kubectl the token',
  }
}
