import type { Side } from './observer.ts'

export interface FrameShape {
  /** 2, binary, unless given. */
  readonly opcode?: number
  readonly more?: boolean
  readonly reserved?: number
  /** The client's frames unless given. */
  readonly masked?: boolean
  /** How many bytes its length takes: 1, 2 or 8. As few as possible unless given. */
  readonly lengthBytes?: number
}

/** A WebSocket frame as that side writes it. */
export function frame(from: Side, payload: string | readonly number[] | Buffer, shape: FrameShape = {}): Buffer {
  const { opcode = 2, more = false, reserved = 0, masked = from === 'client' } = shape
  const body = Buffer.from(payload as Buffer)
  const lengthBytes = shape.lengthBytes ?? (body.length < 126 ? 1 : body.length < 65_536 ? 2 : 8)
  const length = Buffer.alloc(lengthBytes === 1 ? 1 : 1 + lengthBytes)
  if (lengthBytes === 1) length.writeUInt8(body.length)
  else {
    length.writeUInt8(lengthBytes === 2 ? 126 : 127)
    length.writeUIntBE(body.length, lengthBytes === 2 ? 1 : 3, lengthBytes === 2 ? 2 : 6)
  }
  const mask = Buffer.from([0x11, 0xa2, 0x53, 0xe4])
  if (masked) length[0] = (length[0] ?? 0) | 0x80
  return Buffer.concat([
    Buffer.from([(more ? 0 : 0x80) | reserved | opcode]),
    length,
    ...(masked ? [mask, Buffer.from(body.map((byte, at) => byte ^ (mask[at & 3] ?? 0)))] : [body]),
  ])
}

/** A message on a channel. */
export function message(from: Side, channel: number, text: string, shape: FrameShape = {}): Buffer {
  return frame(from, Buffer.concat([Buffer.from([channel]), Buffer.from(text)]), shape)
}
