import type { Cast } from '../../../trail/cast.ts'
import { broken, type Listener } from './observer.ts'

/** What is kept of `exec` and `attach`, and how they ended. */
export interface Terminal extends Listener {
  /** `ok`, `exit 1`, the target's own reason, `aborted` where it never said. */
  status(): string
}

const maxErrorBytes = 64 * 1024
const maxResizeBytes = 1024

/** Tells a cast what is read. */
export function createTerminal(cast: Cast): Terminal {
  let said = Buffer.alloc(0)
  let resizing = ''
  let deaf = false
  return {
    bytes(channel, bytes) {
      if (channel === 'stdin') cast.input(bytes)
      else if (channel === 'stdout' || channel === 'stderr') cast.output(bytes, channel)
      else if (channel === 'resize') resize(bytes)
      else if (said.length + bytes.length > maxErrorBytes)
        throw broken('ERR_STREAM_SIZE', 'how the command ended is over the cap')
      else said = Buffer.concat([said, bytes])
    },
    ended(channel, from) {
      if (channel === 'stdin' && from === 'client') cast.mark('stdin closed')
    },
    status: () => statusOf(said.toString()),
  }

  /** One object after the other, as it happens to be cut. What is none is the last that the target reads. */
  function resize(bytes: Buffer): void {
    if (deaf) return
    resizing += bytes.toString('latin1')
    for (let end = resizing.indexOf('}'); end >= 0 && !deaf; end = resizing.indexOf('}')) {
      const size = sizeOf(resizing.slice(0, end + 1))
      deaf = size === undefined
      if (size?.every(each => each > 0)) cast.resize(...size)
      resizing = resizing.slice(end + 1)
    }
    if (resizing.length > maxResizeBytes) throw broken('ERR_STREAM_SIZE', 'a size of the terminal is over the cap')
  }
}

/**
 * As Go reads it: names in any letters, the last one holds, what is missing is 0.
 *
 * @see k8s.io/client-go, `tools/remotecommand`: TerminalSize
 */
function sizeOf(text: string): readonly [width: number, height: number] | undefined {
  const size = { width: 0, height: 0 }
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read !== 'object' || read === null) return undefined
    for (const [name, value] of Object.entries(read)) {
      const member = name.toLowerCase()
      if (member !== 'width' && member !== 'height') continue
      if (!Number.isInteger(value) || value < 0 || value > 0xffff) return undefined
      size[member] = value
    }
  } catch {
    return undefined
  }
  return [size.width, size.height]
}

/** @see Kubernetes API, `Status`, as the channel `error` has it since v4 */
function statusOf(text: string): string {
  if (text === '') return 'aborted'
  try {
    const { status, reason, details } = JSON.parse(text)
    if (status === 'Success') return 'ok'
    const code = details?.causes?.find?.((cause: { reason?: unknown }) => cause?.reason === 'ExitCode')?.message
    if (/^\d{1,10}$/.test(code)) return `exit ${code}`
    return typeof reason === 'string' && /^\w{1,64}$/.test(reason) ? reason : 'failed'
  } catch {
    return 'failed'
  }
}
