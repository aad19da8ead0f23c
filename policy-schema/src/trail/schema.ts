import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import schema from './event.schema.json' with { type: 'json' }
import type { TrailEvent } from './events.ts'

/** JSON Schema (2020-12) of every kind of trail line; published as `@cedargate/policy-schema/trail-event.schema.json`. */
export const trailEventSchema: object = schema

let validate: ValidateFunction | undefined

/** What in an event is not as its kind has it, `undefined` where all is. */
export function trailEventFault(event: TrailEvent): string | undefined {
  validate ??= new Ajv2020({ discriminator: true, strict: true, strictRequired: false }).compile(schema)
  if (validate(event)) return undefined
  const [error] = validate.errors ?? []
  return `${error?.instancePath || 'the line'} ${error?.message ?? 'is not as its kind has it'}`
}
