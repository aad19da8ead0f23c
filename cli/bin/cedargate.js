#!/usr/bin/env node
// Cedar's WebAssembly aborts the whole process on Node 20 and 22, so older ones are turned away before anything loads.
// No syntax here that an old Node could not parse.
var major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    'cedargate: needs Node 24 or newer, this is `' +
      process.versions.node +
      '`, next: run `npx cedargate` inside the project (npm ci brings the right Node), or install Node 24',
  )
  process.exit(2)
}
import('../src/main.ts').then(main => main.run(process.argv.slice(2)))
