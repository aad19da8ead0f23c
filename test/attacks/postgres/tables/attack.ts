/** One attack: what it tries in words that no other has, the text, and the code by which it is denied, so that the target never sees it. */
export type Attack = readonly [construct: string, sql: string, code: string]
