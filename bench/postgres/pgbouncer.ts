import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCertificateAuthority, freePort } from '@cedargate/demo'

/** Debian's pgbouncer in session mode, in front of one server; with the server's `ca`, inside TLS on both sides. It refuses to run as root. */
export async function startPgbouncer(
  program: string,
  target: { readonly host: string; readonly port: number; readonly ca?: string | undefined },
  login: { readonly user: string; readonly password: string },
) {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-pgbouncer-'))
  const port = await freePort()
  const users = join(folder, 'users')
  const config = join(folder, 'pgbouncer.ini')
  const authority = target.ca === undefined ? undefined : await createCertificateAuthority()
  const certificate = await authority?.issue(['localhost', '127.0.0.1'])
  const files = {
    ca: [join(folder, 'server-ca.pem'), target.ca],
    cert: [join(folder, 'cert.pem'), certificate?.certPem],
    key: [join(folder, 'key.pem'), certificate?.keyPem],
  } as const
  const written = Object.values(files).flatMap(([path, pem]) => {
    if (pem !== undefined) writeFileSync(path, pem, { mode: 0o600 })
    return pem === undefined ? [] : [path]
  })
  const tls =
    authority &&
    `client_tls_sslmode=require\nclient_tls_cert_file=${files.cert[0]}\nclient_tls_key_file=${files.key[0]}\n` +
      `server_tls_sslmode=verify-full\nserver_tls_ca_file=${files.ca[0]}\n`
  writeFileSync(users, `"${login.user}" "${login.password}"\n`)
  writeFileSync(
    config,
    `[databases]\n* = host=${target.host} port=${target.port}\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=${port}\n` +
      `auth_type=scram-sha-256\nauth_file=${users}\npool_mode=session\nmax_client_conn=200\ndefault_pool_size=100\nunix_socket_dir=\nlogfile=\nignore_startup_parameters=extra_float_digits\n${tls ?? ''}`,
  )
  const uid = process.getuid?.() === 0 ? 65534 : undefined
  if (uid !== undefined) {
    for (const path of [folder, users, config, ...written]) chownSync(path, uid, uid)
    chmodSync(folder, 0o700)
  }
  const child = spawn(program, ['-q', config], { stdio: 'ignore', ...(uid !== undefined && { uid, gid: uid }) })
  await sleep(500)
  if (child.exitCode !== null) throw new Error(`pgbouncer ended with code ${child.exitCode}`)
  return {
    port,
    pid: child.pid ?? Number.NaN,
    /** Of its own certificate. */
    ca: authority?.pem,
    stop: async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null) await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
