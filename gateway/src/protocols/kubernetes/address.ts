/** Where a call is addressed: `/clusters/<target>/roles/<role>`, and behind it the path of the API itself. */

export interface Address {
  readonly target: string
  readonly role: string
  /** Path and query as the client wrote them, beginning with `/`. */
  readonly rest: string
  /** What stands before the rest, for redirects. */
  readonly prefix: string
}

/** @returns `undefined` where no target is named: nothing of it was for us */
export function addressOf(url: string): Address | undefined {
  const found = /^(\/clusters\/([^/?#]+)\/roles\/([^/?#]+))(?=$|[/?])(.*)$/s.exec(url)
  if (found === null) return undefined
  const [, prefix = '', target = '', role = '', rest = ''] = found
  try {
    return {
      target: decodeURIComponent(target),
      role: decodeURIComponent(role),
      rest: rest.startsWith('/') ? rest : `/${rest}`,
      prefix,
    }
  } catch {
    return undefined
  }
}

/**
 * What to do about a path that names no target. Some commands, as `get --raw` of kubectl 1.27, take theirs from the root,
 * whatever stands in the kubeconfig.
 */
export function noAddress(url: string): string {
  const form = '/clusters/<target>/roles/<role>'
  const path = /^\/(?!\/)[^?#]{0,200}/.exec(url)?.[0] ?? '/…'
  return `the path does not begin with \`${form}\`, next: put the path of your kubeconfig's server before it, \`${form}${path}\``
}
