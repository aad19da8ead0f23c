import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readTarget, writeTarget } from './path.ts'

const refused = suite('a request target is refused')
for (const [what, target, why] of [
  ['in absolute form', 'https://other/api/v1/pods', /no path/],
  ['in authority form', 'other:443', /no path/],
  ['as an asterisk', '*', /no path/],
  ['that is empty', '', /no path/],
  ['with a fragment', '/api/v1/pods#/exec', /no URL has/],
  ['with a space', '/api/v1/pods /exec', /no URL has/],
  ['with a tab', '/api/v1/pods\t', /no URL has/],
  ['with a line break', '/api/v1/pods\r\nX: y', /no URL has/],
  ['with a letter beyond ASCII', '/api/v1/pods/\u212a', /no URL has/],
  ['with a byte beyond ASCII', '/api/v1/pods/\xe9', /no URL has/],
  ['with a dot', '/api/v1/./pods', /`\.`/],
  ['with two dots', '/api/v1/namespaces/a/../b/pods', /`\.\.`/],
  ['with two dots at the end', '/api/v1/namespaces/a/..', /`\.\.`/],
  ['with encoded dots', '/api/v1/namespaces/a/%2e%2E/b/pods', /`\.\.`/],
  ['with half encoded dots', '/api/v1/namespaces/a/.%2e/b', /`\.\.`/],
  ['with an encoded dot', '/api/v1/%2e/pods', /`\.`/],
  ['with an encoded slash', '/api/v1/namespaces/a%2Fpods', /hides a separator/],
  ['with an encoded slash before dots', '/api/v1/namespaces/a/..%2f..%2fb', /hides a separator/],
  ['with a backslash', '/api/v1\\pods', /hides a separator/],
  ['with an encoded backslash', '/api/v1/..%5cpods', /hides a separator/],
  ['with an encoded NUL', '/api/v1/pods/web%00', /control character/],
  ['with an encoded line break', '/api/v1/pods/web%0a', /control character/],
  ['with an encoded DEL', '/api/v1/pods/web%7F', /control character/],
  ['with half an escape', '/api/v1/pods/%2', /not percent-encoded/],
  ['with an escape that is none', '/api/v1/pods/%zz', /not percent-encoded/],
  ['with an IIS escape', '/api/v1/pods/%u0065xec', /not percent-encoded/],
  ['with an overlong slash', '/api/v1/pods/%c0%af', /not percent-encoded/],
  ['with an overlong dot', '/api/v1/%c0%ae%c0%ae/pods', /not percent-encoded/],
  ['with half of a surrogate pair', '/api/v1/pods/%ed%a0%80', /not percent-encoded/],
  ['with a byte that is no character', '/api/v1/pods/%ff', /not percent-encoded/],
  ['with a semicolon in its query', '/api/v1/pods?watch=0;watch=1', /`;`/],
  ['with a broken escape in its query', '/api/v1/pods?watch=%', /query is not/],
  ['with a broken name in its query', '/api/v1/pods?%ffwatch=1', /query is not/],
  ['with too many parameters', `/api/v1/pods?${'a&'.repeat(1001)}`, /more than 1000/],
  ['that is too long', `/${'a'.repeat(16 * 1024)}`, /longer than/],
] as const)
  refused(what, () => assert.match(readTarget(target) as string, why))
refused.run()

const rewritten = suite('a request target is written in one way')
for (const [target, written] of [
  ['/', '/'],
  ['//', '/'],
  ['//api/v1/pods', '/api/v1/pods'],
  ['/api//v1///pods', '/api/v1/pods'],
  ['/api/v1/pods/', '/api/v1/pods/'],
  ['/api/v1/pods//', '/api/v1/pods/'],
  ['/api/v1/pods/web/%65xec', '/api/v1/pods/web/exec'],
  ['/%61pi/v1/pods', '/api/v1/pods'],
  ['/API/V1/Pods', '/API/V1/Pods'],
  ['/api/v1/pods/web;x/exec', '/api/v1/pods/web%3Bx/exec'],
  ['/api/v1/pods/web%3Bx', '/api/v1/pods/web%3Bx'],
  ['/api/v1/pods/a%2525', '/api/v1/pods/a%2525'],
  ['/api/v1/pods/web%252fexec', '/api/v1/pods/web%252fexec'],
  ['/api/v1/pods/%252e%252e', '/api/v1/pods/%252e%252e'],
  ['/api/v1/pods/a+b', '/api/v1/pods/a%2Bb'],
  ['/api/v1/pods/...', '/api/v1/pods/...'],
  [
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
  ],
  ['/api/v1/pods?', '/api/v1/pods'],
  ['/api/v1/pods?&&', '/api/v1/pods'],
  ['/api/v1/pods?watch', '/api/v1/pods?watch='],
  ['/api/v1/pods?a=b=c&a=d', '/api/v1/pods?a=b%3Dc&a=d'],
  ['/api/v1/pods?a=1?b=2', '/api/v1/pods?a=1%3Fb%3D2'],
  ['/api/v1/pods?command=a+b&command=c%2Bd', '/api/v1/pods?command=a%20b&command=c%2Bd'],
  ['/api/v1/pods?a=%00/..', '/api/v1/pods?a=%00%2F..'],
] as const)
  rewritten(`${target} as ${written}`, () => {
    const read = readTarget(target)
    if (typeof read === 'string') throw new Error(read)
    assert.is(writeTarget(read), written)
    assert.equal(readTarget(written), read)
  })
rewritten.run()
