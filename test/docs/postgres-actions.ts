import { authoringModel } from '../../policy-schema/src/cedar/schema.ts'

const plain = (uid: string) => uid.replace(/^Postgres::(?:Action::)?"?/, '').replace(/"$/, '')
const code = (words: readonly string[]) => words.map(word => `\`${word}\``).join(', ')

/** The rows of the table of actions in docs/policies.md, from the schema: group, actions, what they are asked on. */
export function actionRows(): readonly string[] {
  const { actions } = authoringModel()
  const rows = new Map<string, string[]>()
  for (const [uid, { groups, resources }] of Object.entries(actions)) {
    if (!uid.startsWith('Postgres::') || resources.length === 0) continue
    const key = JSON.stringify([groups.map(plain).sort(), resources.map(plain).sort()])
    rows.set(key, [...(rows.get(key) ?? []), plain(uid)])
  }
  const order = ['read', 'write', 'define', 'code', 'administer', 'escalate', 'session', '']
  return [...rows]
    .map(([key, ids]) => {
      const [groups, resources] = JSON.parse(key) as [string[], string[]]
      return { group: groups[0] ?? '', ids: ids.sort(), on: resources }
    })
    .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || (a.on.join() < b.on.join() ? -1 : 1))
    .map(({ group, ids, on }) => `| ${group ? `\`${group}\`` : 'none'} | ${code(ids)} | ${on.join(', ')} |`)
}
