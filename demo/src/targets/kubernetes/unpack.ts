import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync, inflateRawSync } from 'node:zlib'

/** The program in a gzipped file, unpacked once into a cache. */
export function gunzipProgram(file: string, cache: string): string {
  return unpackOnce(readFileSync(file), basename(file, '.gz'), cache, gunzipSync)
}

/** A program in a ZIP archive, unpacked once into a cache. @throws Error where the archive holds no such path */
export function unzipProgram(archive: string, path: string, cache: string): string {
  return unpackOnce(readFileSync(archive), basename(path), cache, bytes => unzip(bytes, path))
}

function unpackOnce(packed: Buffer, name: string, cache: string, unpack: (packed: Buffer) => Buffer): string {
  const folder = join(cache, hash('sha256', packed).slice(0, 16))
  const program = join(folder, name)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const partial = `${program}.${process.pid}`
  writeFileSync(partial, unpack(packed), { mode: 0o755 })
  renameSync(partial, program) // whole or not at all: another file may want it at the same time
  return program
}

/** @see APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16: no ZIP64, no encryption */
function unzip(archive: Buffer, path: string): Buffer {
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map(offset => archive.readUInt16LE(at + offset))
    const name = archive.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0))
    if (name === path) {
      const local = archive.readUInt32LE(at + 42)
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
      const data = archive.subarray(start, start + archive.readUInt32LE(at + 20))
      return archive.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data)
    }
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
  }
  throw new Error(`the archive holds no \`${path}\``)
}
