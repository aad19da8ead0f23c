// timeout: 600s
import { join } from 'node:path'
import { testDriver } from './external.ts'

const copy = (artifact: string, cache: string) =>
  ['mvn', '-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`] as const

await testDriver({
  name: 'pgjdbc',
  folder: 'pgjdbc',
  toolchain: [
    ['java', '-version'],
    ['mvn', '-version'],
  ],
  prepare: (_, cache) => [
    copy('org.postgresql:postgresql:42.7.14', cache),
    copy('com.google.code.gson:gson:2.11.0', cache),
  ],
  run: (source, cache) => ['java', '-cp', join(cache, '*'), join(source, 'Workload.java')],
  more: ['metadata'],
})
