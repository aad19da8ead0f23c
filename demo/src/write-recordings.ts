/** Plays the agents' scenes and writes what was recorded into the template: `node demo/src/write-recordings.ts`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { parseTrailLine, type TrailKind } from '@cedargate/policy-schema'
import { createExpectations } from './expectations.ts'
import { plays } from './plays/index.ts'
import { createScreen } from './screen.ts'
import { createTheatre } from './theatre.ts'

/** What a simulation reads of a trail. */
const kept: ReadonlySet<TrailKind> = new Set(['session.started', 'decision', 'result', 'session.ended'])

const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
const screen = createScreen(silent)
const expectations = createExpectations(screen)
await using props = new AsyncDisposableStack()
const theatre = await createTheatre(await plays.postgres(), {
  screen,
  expectations,
  props,
  interrupted: new AbortController().signal,
})
await theatre.scenery.playScenes(theatre)
expectations.conclude()
const lines = readdirSync(theatre.folders.trail)
  .sort()
  .flatMap(name => readFileSync(join(theatre.folders.trail, name), 'utf8').split('\n'))
  .filter(line => line !== '' && kept.has(parseTrailLine(line).kind))
writeFileSync(
  new URL('../../templates/postgres/recordings/orders-db.jsonl', import.meta.url),
  lines.map(line => `${line}\n`).join(''),
)
