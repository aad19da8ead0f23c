export {
  type CertificateAuthority,
  createCertificateAuthority,
  type Issued,
  type Validity,
} from './targets/certificates.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './targets/postgres.ts'
