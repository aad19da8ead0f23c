const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @returns `undefined` for bytes that are not UTF-8: readers differ in what they put in their place */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
