import type { Connection } from '../../test/peers/index.ts'
import { type Stack, startStack } from '../../test/stack/stack.ts'
import { startApart } from '../apart.ts'
import type { BarePipe } from './bare-pipe.ts'
import { startPgbouncer } from './pgbouncer.ts'
import type { UndecidedSettings } from './undecided.ts'

/** One road from pgbench to the same kind of server. */
export interface Way {
  readonly connection: Connection
  /** What is between pgbench and the server. */
  readonly pid?: number
  /** Where its decisions are recorded. */
  readonly trailFolder?: string
}

export const wayNames = [
  'direct',
  'pipe',
  'pgbouncer',
  'undecided',
  'cedargate',
  'cedargate of 5,000 policies',
  'one process',
  'two processes',
] as const
export type WayName = (typeof wayNames)[number]
export type Ways = { [name in WayName]?: Way }

const login = { user: 'gate_app', password: 'secret of app' }

/** A permit that decides, and further policies about things that nobody asks for. */
function policiesOf(count: number): string {
  const others = Array.from(
    { length: count - 1 },
    (_, at) =>
      `@id("other-${at}") permit(principal in Gate::Role::"role-${at}", action == Postgres::Action::"select", resource in Postgres::Schema::"db-${at}/app/public");`,
  )
  return ['@id("bench") permit(principal in Gate::Role::"app", action, resource);', ...others].join('\n')
}

/** Gateways beside this process: one that serves by itself, one whose two workers do. */
export async function startProcesses({ tls }: { readonly tls: boolean }) {
  const started = await Promise.all(
    [1, 2].map(workers => startStack({ policies: policiesOf(10), tls, runs: 'apart', config: { workers } })),
  )
  const [one, two] = await Promise.all(started.map(through))
  return {
    ways: { ...(one && { 'one process': one }), ...(two && { 'two processes': two }) } as Ways,
    servers: started.map(({ server }) => reached(server, tls)),
    stop: async () => {
      for (const stack of started) await stack.stop()
    },
  }
}

/** A server itself, or what passes on to it. */
function reached({ port, ca }: { readonly port: number; readonly ca?: string | undefined }, tls: boolean): Connection {
  return { host: tls ? 'localhost' : '127.0.0.1', port, ...login, database: 'orders', ca: tls ? ca : undefined }
}

async function through({ connection, trailFolder, gateway }: Stack): Promise<Way> {
  return { connection: await connection('app', { seconds: 8 * 3600 }), trailFolder, pid: gateway.pid }
}

/** All roads, plain or inside TLS on both sides. Without TLS also the adapter alone, and the gateway with 5,000 policies. */
export async function startWays({ tls, bouncerProgram }: { readonly tls: boolean; readonly bouncerProgram: string }) {
  const stack = await startStack({ policies: policiesOf(10), tls, runs: 'apart' })
  const { server } = stack
  const at = (port: number, ca = server.ca) => reached({ port, ca }, tls)
  const servers = [at(server.port)]
  const pipe = await startApart<BarePipe>(new URL('bare-pipe.ts', import.meta.url), { target: { port: server.port } })
  const bouncer = await startPgbouncer(bouncerProgram, at(server.port), login)
  const ways: Ways = {
    direct: { connection: at(server.port) },
    pipe: { connection: at(pipe.port), pid: pipe.pid },
    pgbouncer: { connection: at(bouncer.port, bouncer.ca), pid: bouncer.pid },
    cedargate: await through(stack),
  }
  const stops: (() => unknown)[] = [() => pipe.stop(), () => bouncer.stop(), () => stack.stop()]
  if (!tls) {
    const undecided = await startApart<UndecidedSettings>(new URL('undecided.ts', import.meta.url), {
      ...{ host: '127.0.0.1', port: server.port, database: 'orders' },
      ...login,
    })
    ways.undecided = {
      connection: { ...at(undecided.port), user: 'app@orders-db', password: 'any' },
      pid: undecided.pid,
    }
    const many = await startStack({ policies: policiesOf(5_000), tls, runs: 'apart' })
    ways['cedargate of 5,000 policies'] = await through(many)
    servers.push(at(many.server.port))
    stops.unshift(
      () => undecided.stop(),
      () => many.stop(),
    )
  }
  return {
    ways,
    /** They want pgbench's tables. */
    servers,
    stop: async () => {
      for (const stop of stops) await stop()
    },
  }
}
