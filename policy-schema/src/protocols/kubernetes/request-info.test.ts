import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { methods } from './operation.ts'
import { readTarget } from './path.ts'
import { requestInfo } from './request-info.ts'

/** verb group/version namespace resource name subresource, each `-` where it is empty; a path of no resource; or an error. */
function read(line: string): string {
  const [method, url = ''] = line.split(' ')
  const known = methods.find(each => each === method)
  const target = readTarget(url)
  if (known === undefined || typeof target === 'string') throw new Error(`${line}: ${target}`)
  const info = requestInfo({ method: known, ...target })
  if (info === undefined) return 'error'
  if (!info.isResource) return `none ${info.path}`
  const { verb, apiGroup, apiVersion, namespace, resource, name, subresource } = info
  return [verb, `${apiGroup}/${apiVersion}`, namespace, resource, name, subresource].map(each => each || '-').join(' ')
}

const calls = suite('as kube-apiserver reads it')
for (const [line, expected] of [
  // Collections and objects
  ['GET /api/v1/namespaces', 'list /v1 - namespaces - -'],
  ['GET /api/v1/namespaces/other', 'get /v1 other namespaces other -'],
  ['PATCH /api/v1/namespaces/other', 'patch /v1 other namespaces other -'],
  ['GET /api/v1/namespaces/other/pods', 'list /v1 other pods - -'],
  ['GET /api/v1/namespaces/other/pods/foo', 'get /v1 other pods foo -'],
  ['HEAD /api/v1/namespaces/other/pods/foo', 'get /v1 other pods foo -'],
  ['GET /api/v1/pods', 'list /v1 - pods - -'],
  ['HEAD /api/v1/pods', 'list /v1 - pods - -'],
  ['HEAD /api/v1/pods?watch=1', 'watch /v1 - pods - -'],
  ['PUT /api/v1/namespaces/other/pods/foo', 'update /v1 other pods foo -'],
  ['PATCH /api/v1/namespaces/other/pods/foo', 'patch /v1 other pods foo -'],
  ['DELETE /api/v1/namespaces/other/pods/foo', 'delete /v1 other pods foo -'],
  ['POST /api/v1/namespaces/other/pods', 'create /v1 other pods - -'],
  ['OPTIONS /api/v1/namespaces/other/pods', '- /v1 other pods - -'],
  ['DELETE /api/v1/nodes', 'deletecollection /v1 - nodes - -'],
  ['DELETE /api/v1/namespaces', 'deletecollection /v1 - namespaces - -'],
  ['DELETE /api/v1/namespaces/other/pods', 'deletecollection /v1 other pods - -'],
  ['DELETE /api/v1/namespaces/other/pods?fieldSelector=metadata.name=a', 'deletecollection /v1 other pods - -'],
  ['POST /apis/extensions/v1beta3/namespaces/other/pods', 'create extensions/v1beta3 other pods - -'],
  ['GET /apis/batch/v1/jobs/foo', 'get batch/v1 - jobs foo -'],
  ['GET /apis/batch/v1/jobs/foo/scale', 'get batch/v1 - jobs foo scale'],
  // The old prefixes
  ['GET /api/v1/proxy/namespaces/other/pods/foo', 'proxy /v1 other pods foo -'],
  ['GET /api/v1/proxy/namespaces/other/pods/foo/sub/path', 'proxy /v1 other pods foo -'],
  ['DELETE /api/v1/proxy/nodes/n1', 'proxy /v1 - nodes n1 -'],
  ['GET /api/v1/watch/pods', 'watch /v1 - pods - -'],
  ['GET /api/v1/watch/namespaces/other/pods', 'watch /v1 other pods - -'],
  ['GET /api/v1/watch/namespaces/other/pods/foo', 'watch /v1 other pods foo -'],
  ['GET /api/v1/watch/namespaces/other', 'watch /v1 other namespaces other -'],
  ['GET /api/v1/watch/namespaces', 'watch /v1 - namespaces - -'],
  ['DELETE /api/v1/watch/pods/foo', 'watch /v1 - pods foo -'],
  ['GET /apis/apps/v1/watch/deployments?watch=0', 'watch apps/v1 - deployments - -'],
  ['GET /api/v1/watch/pods?fieldSelector=metadata.name=a', 'watch /v1 - pods - -'],
  ['GET /api/v1/watch', 'error'],
  ['GET /api/v1/proxy', 'error'],
  ['GET /apis/apps/v1/watch', 'error'],
  ['GET /api/v1/Watch/pods', 'get /v1 - Watch pods -'],
  // Watching
  ['GET /api/v1/pods?watch=true', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?watch', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?watch=', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?watch=no', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?watch=00', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?watch=false', 'list /v1 - pods - -'],
  ['GET /api/v1/pods?watch=FaLsE', 'list /v1 - pods - -'],
  ['GET /api/v1/pods?watch=0', 'list /v1 - pods - -'],
  ['GET /api/v1/pods?watch=0&watch=1', 'list /v1 - pods - -'],
  ['GET /api/v1/pods?watch=1&watch=0', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?%77atch=1', 'watch /v1 - pods - -'],
  ['GET /api/v1/pods?Watch=1', 'list /v1 - pods - -'],
  ['GET /api/v1/namespaces/other/pods/foo?watch=1', 'get /v1 other pods foo -'],
  // Subresources
  ['GET /api/v1/namespaces/other/pods/foo/status', 'get /v1 other pods foo status'],
  ['GET /api/v1/namespaces/other/pods/foo/proxy/sub', 'get /v1 other pods foo proxy'],
  ['PUT /api/v1/namespaces/other/finalize', 'update /v1 other namespaces other finalize'],
  ['PUT /api/v1/namespaces/other/status', 'update /v1 other namespaces other status'],
  ['GET /api/v1/namespaces/other/status/foo', 'get /v1 other namespaces other status'],
  ['PUT /api/v1/namespaces/other/Finalize', 'update /v1 other Finalize - -'],
  ['GET /api/v1/namespaces/other/namespaces', 'list /v1 other namespaces - -'],
  ['GET /api/v1/namespaces/namespaces/pods/foo', 'get /v1 namespaces pods foo -'],
  ['GET /api/v1/namespaces/status', 'get /v1 status namespaces status -'],
  ['GET /api/v1/nodes/n1/proxy', 'get /v1 - nodes n1 proxy'],
  // One object by its name
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a', 'list g/v - resource a -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name%3D%3Da', 'list g/v - resource a -'],
  ['GET /apis/g/v/resource?watch=true&fieldSelector=metadata.name=a', 'watch g/v - resource a -'],
  ['GET /apis/g/v/resource?fieldSelector=foo=bar,metadata.name=a', 'list g/v - resource a -'],
  ['GET /apis/g/v/resource?fieldSelector=,metadata.name=a,', 'list g/v - resource a -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a,metadata.name=b', 'list g/v - resource a -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=,metadata.name=b', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a&fieldSelector=metadata.name=b', 'list g/v - resource a -'],
  ['GET /apis/g/v/resource?fieldSelector=foo=bar', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=foo=bar%5C,metadata.name=a', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a%5C,b', 'list g/v - resource a,b -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a%5Cb', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a%5C', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name!=a', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a,foo', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a,foo&watch=true', 'watch g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a=b', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=..', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a%2Fb', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=metadata.name=a%2525', 'list g/v - resource - -'],
  ['GET /apis/g/v/resource?fieldSelector=Metadata.name=a', 'list g/v - resource - -'],
  // No resource
  ['GET /', 'none /'],
  ['GET /api', 'none /api'],
  ['GET /api/v1', 'none /api/v1'],
  ['GET /api/v1/', 'none /api/v1/'],
  ['GET /apis/g/v', 'none /apis/g/v'],
  ['GET /apis/g/v/', 'none /apis/g/v/'],
  ['GET /apis/v/resource', 'none /apis/v/resource'],
  ['GET /badprefix/v/resource', 'none /badprefix/v/resource'],
  ['GET /API/v1/pods', 'none /API/v1/pods'],
  ['POST /healthz/a/b/c', 'none /healthz/a/b/c'],
] as const)
  calls(line, () => assert.is(read(line), expected))
calls.run()
