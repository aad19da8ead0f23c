import { pino } from 'pino'

/** What a gateway logs in a test; `CEDARGATE_TEST_LOG=info` shows it. */
export const silentLogger = (commit: () => string) =>
  pino({ level: process.env.CEDARGATE_TEST_LOG ?? 'silent', mixin: () => ({ commit: commit() }) }, pino.destination(2))
