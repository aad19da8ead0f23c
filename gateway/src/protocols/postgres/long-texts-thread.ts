import { parentPort } from 'node:worker_threads'
import { loadGrammars, readLong } from '@cedargate/policy-schema'

// Beside the event loop, since a text of some 100 KB takes its grammar hundreds of milliseconds.
await loadGrammars()
parentPort?.on('message', (sql: string) => parentPort?.postMessage(readLong(sql)))
