import { constants } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
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
  let file: FileHandle | undefined
  try {
    // what is a file when it is listed may be a pipe by now, and to open one waits until somebody writes to it
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const of = await file.stat()
    if (!of.isFile()) throw new GatewayError<SourceCode>('ERR_BUNDLE_SOURCE', 'it is no file')
    return await readWhole(file, of.size)
  } catch (error) {
    throw unreadable(error)
  } finally {
    await file?.close()
  }
}

/** No further than the cap, whatever the file says of its size: it may grow, and some of the system's own have none. */
async function readWhole(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(Math.min(size, maxEnvelopeBytes) + 1)
  let filled = 0
  for (;;) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled)
    filled += bytesRead
    if (filled > maxEnvelopeBytes)
      throw new GatewayError<SourceCode>(
        'ERR_BUNDLE_TOO_LARGE',
        `the bundle is over the cap of ${maxEnvelopeBytes} bytes`,
      )
    // what grows while it is read is not whole yet
    if (bytesRead === 0 || filled === bytes.length) return bytes.subarray(0, filled)
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

/** `undefined` for what is gone or no file. One that cannot be looked at is offered, and refused: it does not hide the others. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const of = await stat(path, { bigint: true })
    return of.isFile() ? [of.ino, of.size, of.mtimeNs, of.ctimeNs].join(':') : undefined
  } catch (error) {
    if (!isSystemError(error)) throw error
    return error.code === 'ENOENT' ? undefined : error.code
  }
}

function unreadable(error: unknown): unknown {
  if (!isSystemError(error)) return error
  return new GatewayError<SourceCode>('ERR_BUNDLE_SOURCE', `it cannot be read: ${error.message}`, { cause: error })
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error
}
