// timeout: 600s
import { testDriver } from './external.ts'

await testDriver({
  name: 'pgx',
  folder: 'pgx',
  toolchain: [['go', 'version']],
  prepare: source => [['go', '-C', source, 'mod', 'download']],
  run: source => ['go', '-C', source, 'run', '.'],
})
