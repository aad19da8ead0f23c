// timeout: 400s
// The fake is what it stands in for: what passes on the real server passes on it.
// Where both clients are compared on the real one, one of them is enough to compare the servers.
if ((process.env.CEDARGATE_KUBE_APISERVER ?? 'fake') !== 'fake') process.env.CEDARGATE_KUBECTL_VERSIONS = '1.35'
process.env.CEDARGATE_KUBE_APISERVER = 'fake'
await import('../e2e/kubernetes/changes.test.ts')
