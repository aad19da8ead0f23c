// timeout: 300s
// The fake is what it stands in for: what passes on the real server passes on it.
process.env.CEDARGATE_KUBE_APISERVER = 'fake'
await import('../e2e/kubernetes/refusals.test.ts')
