import { gatewaySchema } from '../../gateway/src/config/schema.ts'

interface Node {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  readonly properties?: { readonly [key: string]: Node }
  readonly required?: readonly string[]
  readonly additionalProperties?: Node | boolean
}

/** The rows of the table in docs/gateway.md, as the schema of gateway.yaml says them. */
export function gatewayKeyRows(): readonly string[] {
  return rows(gatewaySchema as unknown as Node, '')
}

function rows(node: Node, prefix: string): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const path = `${prefix}${key}`
    const below = typeof child.additionalProperties === 'object' ? child.additionalProperties : undefined
    if (below !== undefined) return [row(`${path}.<name>`, child, false), ...rows(below, `${path}.<name>.`)]
    if (child.properties !== undefined)
      return [...(child.description === undefined ? [] : [row(path, child, false)]), ...rows(child, `${path}.`)]
    return [row(path, child, node.required?.includes(key) ?? false)]
  })
}

function row(path: string, node: Node, required: boolean): string {
  const fallback = required
    ? 'required'
    : typeof node.default === 'object' || node.default === undefined
      ? ''
      : `\`${node.default}\``
  const choices = node.enum?.map(choice => `\`${choice}\``).join(', ')
  return `| \`${path}\` | ${fallback} | ${node.description ?? choices ?? ''} |`
}
