/**
 * A program beside a file, compiled as that one is: for threads and processes of one's own.
 *
 * @param file `import.meta.url` of the file
 * @param name of the program, without its ending
 */
export function beside(file: string, name: string): URL {
  return new URL(file.replace(/[\w-]+(\.\w+)$/, `${name}$1`))
}
