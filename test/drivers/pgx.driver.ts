// timeout: 600s
import { join } from 'node:path'
import { testDriver } from './external.ts'

await testDriver({
  name: 'pgx',
  folder: 'pgx',
  toolchain: [['go', 'version']],
  prepare: (source, cache) => [['go', '-C', source, 'build', '-o', join(cache, 'workload'), '.']],
  run: (_, cache) => [join(cache, 'workload')],
})
