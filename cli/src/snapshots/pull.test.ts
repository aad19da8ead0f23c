import { createServer, type Server } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cedargate, Folder } from '../../test/cli.ts'
import { withFiles } from '../../test/repository.ts'

const pull = suite('cedargate snapshot pull')
const folder = new Folder(withFiles())
pull.after(() => folder.remove())

/** A port on which every connection is closed at once. */
function slammed(): Promise<Server & { port: number }> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy())
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(Object.assign(server, { port: typeof address === 'object' ? (address?.port ?? 0) : 0 }))
    })
  })
}

pull('refuses a target that there is not', async () => {
  const { code, stderr } = await folder.run('snapshot', 'pull', 'nope')
  assert.is(code, 3)
  assert.match(stderr, /no target `nope` in targets.yaml, next: name one of `orders-db`/)
})

pull('says that the target cannot be reached, without the password', async () => {
  const server = await slammed()
  const url = `postgres://backup:hush@127.0.0.1:${server.port}/orders`
  const { code, stderr } = await cedargate(['snapshot', 'pull', 'orders-db'], {
    cwd: folder.path,
    env: { CEDARGATE_URL: url },
  })
  server.close()
  assert.is(code, 2)
  assert.match(stderr, /`orders-db` cannot be asked: .*, next: check --url or PGHOST.*ERR_SNAPSHOT/)
  assert.not.match(stderr, /hush/)
})

pull.run()
