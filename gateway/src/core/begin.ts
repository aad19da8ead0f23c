/**
 * Begins what consists of parts, each of which says how it ends: they end in the opposite order. Where one cannot begin,
 * those before it have ended when this throws.
 */
export async function begin<Whole>(assemble: (parts: AsyncDisposableStack) => Promise<Whole>): Promise<Whole> {
  const parts = new AsyncDisposableStack()
  try {
    return await assemble(parts)
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}
