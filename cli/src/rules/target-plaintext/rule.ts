import { atOffset, type Rule } from '../../linting/rule.ts'

/** A target that is reached without TLS shows its credential to the network. */
export const targetPlaintext: Rule = {
  name: 'target-plaintext',
  category: 'security',
  level: 'warning',
  summary: 'a target that is reached without TLS',
  *checkAll({ repository }) {
    const file = 'targets.yaml'
    const text = repository.files.get(file) ?? ''
    for (const { name, settings } of repository.targets.values()) {
      const { tls, host } = settings as { readonly tls?: { readonly mode?: string }; readonly host?: string }
      if (tls?.mode !== 'disable' || loopback.has(host ?? '')) continue
      yield {
        message: `\`${name}\` at \`${host}\` is reached in plaintext, next: remove \`tls.mode: disable\` and give \`tls.ca\``,
        at: atOffset(
          file,
          text,
          Math.max(text.search(new RegExp(`^\\s*["']?${escaped(name)}["']?:`, 'm')), 0),
          name.length,
        ),
      }
    }
  },
}

const loopback = new Set(['localhost', '127.0.0.1', '::1'])

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
