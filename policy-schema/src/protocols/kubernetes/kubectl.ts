/** kubectl's commands as the one call that does what they are for. */
import { closeTo } from '../../spelling.ts'
import {
  type Call,
  described,
  dry,
  type Given,
  type KubectlShorthand,
  one,
  pairs,
  patch,
  path,
  post,
  type Query,
  resourceOf,
  selectors,
  typeOf,
  withQuery,
  wrong,
} from './kubectl-calls.ts'
import { readWords, unsupported, type Words } from './kubectl-words.ts'
import { type KnownResource, resourcePath } from './resources.ts'
import type { ApiShorthand } from './shorthand.ts'

/** @throws PolicyError `ERR_SHORTHAND` for what is no command that is read here */
export function toCall(shorthand: KubectlShorthand): Call {
  const words = readWords(shorthand.command)
  const command = Object.hasOwn(commands, words.command) ? commands[words.command] : undefined
  if (command === undefined)
    throw unsupported(`the command \`${words.command}\``, closeTo(words.command, Object.keys(commands)))
  if (words.value('dry-run') === 'client') throw wrong('with `--dry-run=client` nothing is asked of the target')
  const call = command({ ...words, namespace: words.value('namespace') ?? 'default', shorthand })
  const before = shorthand.before === undefined ? {} : { before: shorthand.before }
  return { ...call, ...before, ...impersonation(words) }
}

const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'

const commands: { readonly [command: string]: (given: Given) => Call } = {
  get: read,
  describe: read,
  top: given => {
    const [what = '', name] = given.arguments
    const known = { ...resourceOf(what), group: 'metrics.k8s.io', version: 'v1beta1' }
    return { method: 'GET', path: path(known, given, name === undefined ? [] : [name]) }
  },
  wait: given => {
    const { known, name } = one(given)
    return watching(known, given, [['fieldSelector', `metadata.name=${name}`]])
  },
  logs: given => {
    const query = pairs(given, { container: 'container', follow: 'follow', previous: 'previous', tail: 'tailLines' })
    return { method: 'GET', path: withQuery(pod(given, given.arguments[0], 'log'), query) }
  },
  exec: given => execution(given, given.arguments[0], given.rest.length > 0 ? given.rest : given.arguments.slice(1)),
  attach: given => stream(pod(given, given.arguments[0], 'attach'), streams(given)),
  'port-forward': given => stream(pod(given, given.arguments[0], 'portforward'), []),
  cp: copy,
  scale: given => {
    const said = given.value('replicas')
    if (said === undefined) throw wrong('`scale` says no `--replicas`, next: add `--replicas=3`, or another number')
    const replicas = said.trim() === '' ? Number.NaN : Number(said)
    if (!Number.isInteger(replicas)) throw wrong(`\`--replicas\` takes a whole number, not \`${said}\``)
    const { known, name } = one(given)
    return patch(given, path(known, given, [name, 'scale']), merge, { spec: { replicas } }, before => ({
      ...before,
      spec: { ...('spec' in before ? (before.spec as object) : {}), replicas },
    }))
  },
  delete: given => {
    const { known, name } = one(given)
    const grace = given.has('force') || given.has('now') ? { gracePeriodSeconds: 0 } : {}
    const dryRun = given.value('dry-run') === 'server' ? { dryRun: ['All'] } : {}
    const options = { kind: 'DeleteOptions', apiVersion: 'v1', ...dryRun, ...grace, propagationPolicy: 'Background' }
    return { method: 'DELETE', path: path(known, given, [name]), body: options }
  },
  create,
  apply,
  run: given => {
    const [name = ''] = given.arguments
    const container = { name, image: image(given), ...(given.rest.length > 0 && { args: given.rest }) }
    return post(given, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] } })
  },
  expose: given => {
    const { name } = one(given)
    const ports = [{ port: Number(given.value('port') ?? '') }]
    return post(given, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports } })
  },
  label: given => metadata(given, 'labels'),
  annotate: given => metadata(given, 'annotations'),
  patch: given => {
    const { known, name } = one(given)
    const type = given.value('type') ?? 'strategic'
    const types: { readonly [type: string]: string } = { merge, strategic, json: 'application/json-patch+json' }
    const contentType = types[type]
    if (contentType === undefined) throw wrong(`no patch has the type \`${type}\``)
    const subresource = given.value('subresource')
    return patch(
      given,
      path(known, given, [name, ...(subresource === undefined ? [] : [subresource])]),
      contentType,
      json(given.value('patch') ?? ''),
    )
  },
  cordon: given => unschedulable(given, true),
  uncordon: given => unschedulable(given, false),
  set: setImage,
  rollout,
  auth: given => {
    const [can, verb = '', what = '', name] = given.arguments
    if (can !== 'can-i') throw unsupported(`\`auth ${can}\``)
    const { group, resource } = resourceOf(what.split('/')[0] ?? '')
    const resourceAttributes = {
      namespace: given.namespace,
      verb,
      group,
      resource,
      ...(name !== undefined && { name }),
    }
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }
    return { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body }
  },
}

function read(given: Given): Call {
  const raw = given.value('raw')
  if (raw !== undefined) return { method: 'GET', path: raw }
  const [what = '', ...names] = given.arguments
  const [type = '', slashed] = what.split('/')
  const known = resourceOf(type)
  const name = slashed ?? names[0]
  if (names.length > (slashed === undefined ? 1 : 0)) throw unsupported('more than one object')
  if (name !== undefined && !given.has('watch')) return { method: 'GET', path: path(known, given, [name]) }
  if (given.has('watch'))
    return watching(known, given, name === undefined ? selectors(given) : [['fieldSelector', `metadata.name=${name}`]])
  return { method: 'GET', path: withQuery(path(known, given, []), selectors(given)) }
}

function watching(known: KnownResource, given: Given, query: Query): Call {
  return { method: 'GET', path: withQuery(path(known, given, []), [...query, ['watch', 'true']]) }
}

function create(given: Given): Call {
  const [what, ...names] = given.arguments
  const { manifest } = given.shorthand
  if (what === undefined) {
    if (manifest === undefined) throw noManifest(given)
    return post(given, manifest)
  }
  const [first = ''] = names
  if (what === 'token') {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
    return { method: 'POST', path: path(resourceOf('serviceaccounts'), given, [first, 'token']), body }
  }
  const name = what === 'secret' ? (names[1] ?? '') : first
  const known = resourceOf(what)
  const containers = [{ name, image: given.value('image') ?? '' }]
  const template = { metadata: { labels: { app: name } }, spec: { containers } }
  const spec = ['jobs', 'deployments'].includes(known.resource) ? { spec: { template } } : {}
  if (name === '') throw wrong(`\`create ${what}\` names none`)
  return post(given, { ...typeOf(known), metadata: { name }, ...spec })
}

function noManifest({ command }: Given) {
  return wrong(
    `\`${command} -f\` says no object, next: write \`kubectl: { command: ${command} -f …, manifest: { apiVersion: …, kind: …, … } }\``,
  )
}

function apply(given: Given): Call {
  const { manifest, before } = given.shorthand
  if (manifest === undefined) throw noManifest(given)
  const { known, name, namespace } = described(given, manifest)
  const at = resourcePath(known, namespace, name)
  if (given.has('server-side')) {
    const manager = given.value('field-manager') ?? 'kubectl'
    const query: Query = [['fieldManager', manager], ['force', String(given.has('force-conflicts'))], ...dry(given)]
    return {
      method: 'PATCH',
      path: withQuery(at, query),
      body: manifest,
      contentType: 'application/apply-patch+yaml',
      after: manifest,
    }
  }
  if (before === undefined || before === null) return post(given, manifest)
  return { ...patch(given, at, strategic, manifest), after: manifest }
}

/** Changes nothing that is read of an object. */
const unchanged = (before: object) => before

function metadata(given: Given, member: 'labels' | 'annotations'): Call {
  const changes = given.arguments.filter(word => /^[^/=]+(\/[^=]*)?(=|-$)/.test(word) && /=|-$/.test(word))
  const { known, name } = one({ ...given, arguments: given.arguments.filter(word => !changes.includes(word)) })
  const entries = changes.map(word => {
    const at = word.indexOf('=')
    return at < 0 ? [word.slice(0, -1), null] : [word.slice(0, at), word.slice(at + 1)]
  })
  const body = { metadata: { [member]: Object.fromEntries(entries) } }
  return patch(given, path(known, given, [name]), merge, body, unchanged)
}

function unschedulable(given: Given, is: boolean): Call {
  const at = resourcePath(resourceOf('nodes'), undefined, given.arguments[0] ?? '')
  return patch(given, at, strategic, { spec: { unschedulable: is || null } })
}

function setImage(given: Given): Call {
  const [what, ...rest] = given.arguments
  if (what !== 'image') throw unsupported(`\`set ${what}\``)
  const isChange = (word: string) => word.includes('=')
  const { known, name } = one({ ...given, arguments: rest.filter(word => !isChange(word)) })
  const images = new Map(
    rest.filter(isChange).map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  )
  const containers = [...images].map(([container, image]) => ({ name: container, image }))
  const body = { spec: { template: { spec: { containers } } } }
  return patch(given, path(known, given, [name]), strategic, body, before => {
    const changed = structuredClone(before) as { spec?: { template?: { spec?: { containers?: Container[] } } } }
    for (const container of changed.spec?.template?.spec?.containers ?? [])
      container.image = images.get(container.name) ?? images.get('*') ?? container.image
    return changed
  })
}
interface Container {
  name: string
  image: string
}

function rollout(given: Given): Call {
  const [what, ...rest] = given.arguments
  const { known, name } = one({ ...given, arguments: rest })
  const at = path(known, given, [name])
  if (what === 'status' || what === 'history') return { method: 'GET', path: at }
  const restarted = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '' } } }
  if (what === 'restart') return patch(given, at, strategic, { spec: { template: restarted } }, unchanged)
  if (what === 'pause' || what === 'resume')
    return patch(given, at, strategic, { spec: { paused: what === 'pause' } }, unchanged)
  // It brings back a template that only the target knows.
  if (what === 'undo')
    return patch(given, at, 'application/json-patch+json', [{ op: 'replace', path: '/spec/template' }])
  throw unsupported(`\`rollout ${what}\``)
}

function copy(given: Given): Call {
  const [from = '', to = ''] = given.arguments
  const remote = [from, to].find(word => word.includes(':'))
  const [, namespace, name = '', file = ''] = /^(?:([^/:]+)\/)?([^/:]+):(.*)$/.exec(remote ?? '') ?? []
  if (remote === undefined) throw wrong('`cp` names no pod, as `pod:/path`')
  const within = { ...given, namespace: namespace ?? given.namespace }
  return remote === from
    ? execution(within, name, ['tar', 'cf', '-', file])
    : execution({ ...within, has: flag => flag === 'stdin' }, name, [
        'tar',
        '-xmf',
        '-',
        '-C',
        file.replace(/\/[^/]*$/, '') || '/',
      ])
}

function execution(given: Given, name: string | undefined, command: readonly string[]): Call {
  if (command.length === 0) throw wrong('`exec` says no command')
  return stream(pod(given, name, 'exec'), [...command.map(word => ['command', word] as const), ...streams(given)])
}

function streams(given: Given): Query {
  const container = given.value('container')
  return [
    ...(container === undefined ? [] : [['container', container] as const]),
    ...(given.has('stdin') ? [['stdin', 'true'] as const] : []),
    ['stdout', 'true'],
    ...(given.has('tty') ? [['tty', 'true'] as const] : [['stderr', 'true'] as const]),
  ]
}

function stream(at: string, query: Query): Call {
  return { method: 'GET', path: withQuery(at, query), upgrade: 'websocket' }
}

function pod(given: Given, what: string | undefined, subresource: string): string {
  const [first = '', second] = (what ?? '').split('/')
  const known = second === undefined ? resourceOf('pods') : resourceOf(first)
  const name = second ?? first
  if (known.resource !== 'pods' || name === '') throw unsupported(`\`${what ?? ''}\`, which is no pod,`)
  return path(known, given, [name, subresource])
}

function impersonation(words: Words): Pick<ApiShorthand, 'impersonate'> {
  const [user, uid, groups] = [words.value('as'), words.value('as-uid'), words.values('as-group')]
  if (user === undefined && groups.length === 0 && uid === undefined) return {}
  const impersonate = {
    ...(user !== undefined && { user }),
    ...(groups.length > 0 && { groups }),
    ...(uid !== undefined && { uid }),
  }
  return { impersonate }
}

function image(given: Given): string {
  const image = given.value('image')
  if (image === undefined) throw wrong(`\`${given.command}\` says no \`--image\``)
  return image
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong('`-p` is not JSON')
  }
}
