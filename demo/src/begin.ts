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
