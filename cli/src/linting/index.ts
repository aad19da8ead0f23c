import { CliError } from '../errors.ts'
import { prettyCounts, prettyFindings } from '../report/findings.ts'
import type { Report } from '../report/report.ts'
import { counted, table } from '../report/style.ts'
import { rules } from '../rules/index.ts'
import type { LintResult } from './lint.ts'

export { type LintOptions, type LintResult, lint } from './lint.ts'

export function toLintReport({ findings, policies, rules: ran }: LintResult): Report {
  return {
    name: 'lint',
    data: { policies, rules: ran, findings },
    findings,
    pretty: style =>
      [
        ...(findings.length === 0 ? [] : [prettyFindings(findings, style), '']),
        `${prettyCounts(findings, style)}${style.dim(ran.length === 0 ? ', no rule ran, next: correct the above' : `, ${counted(policies, 'policy', 'policies')}, ${counted(ran.length, 'rule')}`)}`,
      ].join('\n'),
  }
}

export function toRuleList(): Report {
  const data = rules.map(({ name, category, level, summary }) => ({ name, category, level, summary }))
  return {
    name: 'rules',
    data,
    pretty: style =>
      table(
        data.map(({ name, category, level, summary }) => [name, category, level, summary]),
        (cell, column) => (column === 0 ? style.bold(cell) : column === 3 ? cell : style.dim(cell)),
      ).join('\n'),
  }
}

/** @throws CliError `ERR_UNKNOWN_RULE` */
export function refuseUnknown(names: readonly string[]): void {
  const unknown = names.find(name => !rules.some(rule => rule.name === name))
  if (unknown !== undefined)
    throw new CliError('ERR_UNKNOWN_RULE', `no rule \`${unknown}\`, next: see \`cedargate lint --list\``)
}
