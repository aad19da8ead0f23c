import { loadParser } from './protocols/postgres/parser.ts'

/** Loads every grammar of this package. Once, before anything is parsed or decided; at once where that has been done. */
export async function loadGrammars(): Promise<void> {
  await loadParser()
}
