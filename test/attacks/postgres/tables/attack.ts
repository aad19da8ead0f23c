/**
 * One attack: what it tries in words that no other has, the text, and the code by which it must be denied. Where several are
 * named, each keeps the target from seeing it, and which of them comes depends on what the gateway decides on by now.
 */
export type Attack = readonly [construct: string, sql: string, ...codes: readonly [string, ...string[]]]
