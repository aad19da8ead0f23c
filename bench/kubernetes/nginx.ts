import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Issued } from '@cedargate/demo'

export interface Nginx {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

export interface NginxOptions {
  readonly port: number
  readonly certificate: Issued
  /** What stands in `location / { … }`. `$folder` is where `files` are. */
  readonly location: string
  /** 1 unless given. */
  readonly workers?: number
  /** In the `http` block. */
  readonly http?: string
  readonly files?: { readonly [name: string]: string }
}

/** Debian's nginx, in TLS. */
export async function startNginx(program: string, options: NginxOptions): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-nginx-'))
  const { certificate, files = {}, workers = 1 } = options
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 })
  for (const [name, text] of Object.entries(files)) write(name, text)
  write('cert.pem', certificate.certPem)
  write('key.pem', certificate.keyPem)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`)
  write(
    'nginx.conf',
    `daemon off; ${workers > 1 ? `worker_processes ${workers}` : 'master_process off'}; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000; keepalive_timeout 600s; ${paths.join(' ')}
  ${(options.http ?? '').replaceAll('$folder', folder)}
  server {
    listen 127.0.0.1:${options.port} ssl; ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    location / { ${options.location.replaceAll('$folder', folder)} }
  }
}
`,
  )
  const child = spawn(program, ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: 'inherit',
  })
  const kill = () => void child.kill() // not SIGKILL, which would leave workers behind
  process.once('exit', kill) // of a bench that fails too
  await sleep(500)
  if (child.exitCode !== null || child.pid === undefined) throw new Error(`nginx ended with code ${child.exitCode}`)
  return {
    port: options.port,
    pid: child.pid,
    stop: async () => {
      process.removeListener('exit', kill)
      kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
