import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { maxEnvelopeBytes } from '@cedargate/policy-schema'
import { GatewayError } from '../core/errors.ts'

/** Where bundles come from: one file that is replaced, or a folder in which the valid one of the highest order counts. */
export type BundleSource = { readonly file: string } | { readonly folder: string }

export type SourceCode =
  /** There is nothing to read there, or it cannot be read. */
  'ERR_BUNDLE_SOURCE' | 'ERR_BUNDLE_TOO_LARGE'

/** A file that may hold a bundle. */
export interface Offered {
  readonly path: string
  /** Changes with the file. */
  readonly stamp: string
}

/**
 * The files of a source. In a folder those named `*.bundle`: so a file that is being written can lie beside them under
 * another name.
 *
 * @throws GatewayError `ERR_BUNDLE_SOURCE` where there is none
 */
export async function listOffered(source: BundleSource): Promise<readonly Offered[]> {
  const offered: Offered[] = []
  for (const path of await paths(source)) {
    const stamp = await stampOf(path)
    if (stamp !== undefined) offered.push({ path, stamp })
  }
  if (offered.length === 0)
    throw new GatewayError<SourceCode>('ERR_BUNDLE_SOURCE', 'there is no bundle, next: publish one there')
  return offered
}

/** @throws GatewayError `ERR_BUNDLE_SOURCE`, `ERR_BUNDLE_TOO_LARGE`: what is over the cap is not read */
export async function readOffered({ path }: Offered): Promise<Uint8Array> {
  let file: Awaited<ReturnType<typeof open>> | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > maxEnvelopeBytes)
      throw new GatewayError<SourceCode>('ERR_BUNDLE_TOO_LARGE', `the bundle has ${size} bytes, which is over the cap`)
    return await file.readFile()
  } catch (error) {
    throw unreadable(error)
  } finally {
    await file?.close()
  }
}

async function paths(source: BundleSource): Promise<readonly string[]> {
  if ('file' in source) return [source.file]
  try {
    const names = await readdir(source.folder)
    return names
      .filter(name => name.endsWith('.bundle') && !name.startsWith('.'))
      .sort()
      .map(name => join(source.folder, name))
  } catch (error) {
    throw unreadable(error)
  }
}

/** `undefined` for what is gone or no file: a named pipe would never end. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const of = await stat(path, { bigint: true })
    return of.isFile() ? [of.ino, of.size, of.mtimeNs, of.ctimeNs].join(':') : undefined
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw unreadable(error)
  }
}

function unreadable(error: unknown): unknown {
  if (!isSystemError(error)) return error
  return new GatewayError<SourceCode>('ERR_BUNDLE_SOURCE', `it cannot be read: ${error.message}`, { cause: error })
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error
}
