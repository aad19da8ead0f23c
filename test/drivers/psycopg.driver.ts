// timeout: 600s
import { join } from 'node:path'
import { testDriver } from './external.ts'

await testDriver({
  name: 'psycopg',
  folder: 'psycopg',
  toolchain: [['python3', '-m', 'venv', '--help']],
  prepare: (_, cache) => [
    ['python3', '-m', 'venv', '--clear', join(cache, 'venv')],
    [join(cache, 'venv/bin/pip'), 'install', '--quiet', 'psycopg[binary]==3.3.9'],
  ],
  run: (source, cache) => [join(cache, 'venv/bin/python'), join(source, 'workload.py')],
})
