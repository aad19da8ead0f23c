import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Play } from '../../play.ts'
import { type Folders, readCertificateAuthority } from '../../stage.ts'
import { type PostgresServer, startPostgres } from '../../targets/postgres.ts'
import type { Theatre } from '../../theatre.ts'
import { changeUnderSession, playScenes } from './acts.ts'
import { type Agent, connectAgent } from './agent.ts'
import { createOrdersDatabase, logins, type OrdersRole } from './orders-database.ts'
import { type AgentName, agents, change } from './scenes.ts'

/** The database of a shop, and agents that speak to it by node-postgres. */
export const postgresPlay: Play = {
  protocol: 'postgres',
  about: 'the orders database',
  agents,
  change,
  async build({ screen, folders, props }) {
    const passwords = createPasswords(folders)
    const target = await screen.step('starting a real PostgreSQL, from npm', async () => {
      const started = await startPostgres()
      props.defer(() => started.stop())
      return started
    })
    await screen.step('creating customers, orders, payments and an audit schema', () =>
      createOrdersDatabase(target, passwords),
    )
    screen.say('each database login may do everything there: what is denied below, policy denies')
    const file = (role: string) => ({ file: `keys/${role}.password`, hosts: [target.host] })
    return {
      targets: settings(target),
      credentials: Object.fromEntries(Object.keys(logins).map(role => [`orders-db-${role}`, file(role)])),
      playScenes: theatre => playScenes(theatre, target, connector(theatre)),
      playChange: theatre => changeUnderSession(theatre, connector(theatre)),
      invite,
    }
  },
}

/** A password for each login at the target, known to the gateway alone. */
function createPasswords(folders: Folders): { readonly [role in OrdersRole]: string } {
  const password = (role: string) => {
    const text = randomBytes(18).toString('base64url')
    writeFileSync(join(folders.keys, `${role}.password`), text, { mode: 0o600 })
    return text
  }
  return Object.fromEntries(Object.keys(logins).map(role => [role, password(role)])) as { [role in OrdersRole]: string }
}

function settings({ host, port, ca }: PostgresServer) {
  return [
    [/^ +host: .*$/m, `    host: ${host}`],
    [/^ +port: .*$/m, `    port: ${port}`],
    [/^ +tls: .*$/m, `    tls: { mode: verify-full, ca: ${JSON.stringify(ca)} }`],
  ] as const
}

/** Opens sessions through the gateway; they are closed with the theatre. */
function connector({ folders, gateway, tokens, props }: Theatre): (name: AgentName) => Promise<Agent> {
  const address = { host: 'localhost', port: gateway.port, ca: readCertificateAuthority(folders) }
  return async name => {
    const who = { role: agents[name].role, target: 'orders-db', database: 'orders', token: tokens[name] ?? '' }
    const agent = await connectAgent(address, who)
    props.defer(() => agent.close())
    return agent
  }
}

function invite(theatre: Theatre): void {
  const { screen, folders, gateway } = theatre
  const file = writePasswordFile(theatre)
  const connection = (role: string) =>
    `"host=localhost port=${gateway.port} dbname=orders user=${role}@orders-db sslmode=verify-full sslrootcert=${folders.keys}/ca.pem"`
  screen.say('the gateway stays up; with psql, in another terminal:')
  for (const role of ['reporting', 'backup']) screen.command(`PGPASSFILE=${file} psql ${connection(role)}`)
}

/** libpq's password file, so that no token stands in a command line or a history. @returns the file */
function writePasswordFile({ folders, gateway, tokens }: Theatre): string {
  const file = join(folders.base, 'pgpass')
  const lines = Object.entries(tokens).map(([name, token]) => `*:${gateway.port}:*:${name}@orders-db:${token}\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  return file
}
