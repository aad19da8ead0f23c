/**
 * Begins what consists of parts, each of which says how it ends. Where one cannot begin, those before it have ended when this
 * throws.
 */
export async function begin<Whole>(assemble: (undo: AsyncDisposableStack) => Promise<Whole>): Promise<Whole> {
  const undo = new AsyncDisposableStack()
  try {
    return await assemble(undo)
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

/**
 * What several parts come to. Where one fails, the others have ended too when this throws: they would go on in what is being
 * taken down.
 */
export async function together<Part>(parts: readonly Promise<Part>[]): Promise<Part[]> {
  await Promise.allSettled(parts)
  return await Promise.all(parts)
}
