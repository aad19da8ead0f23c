/** node-postgres's own SCRAM, which the tests compare ours with. */
declare module 'pg/lib/crypto/sasl.js' {
  export function continueSession(
    session: object,
    password: string,
    serverFirst: string,
    stream?: object,
  ): Promise<void>
}
