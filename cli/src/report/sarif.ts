import type { Finding, Report } from './report.ts'

/**
 * SARIF 2.1.0, as code scanning takes it.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(report: Report): string {
  const findings = [...(report.findings ?? []), ...failedCases(report)]
  const rules = [...new Map(findings.map(finding => [finding.code, finding])).values()]
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cedargate',
            rules: rules.map(({ code, about }) => ({ id: code, shortDescription: { text: about ?? code } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(finding => toResult(finding, rules)),
      },
    ],
  }
  return JSON.stringify(log, undefined, 2)
}

function toResult(finding: Finding, rules: readonly Finding[]) {
  return {
    ruleId: finding.code,
    ruleIndex: rules.findIndex(rule => rule.code === finding.code),
    level: finding.severity,
    message: { text: finding.message },
    // What is wrong with no file, a flag say, is nowhere.
    locations: finding.file === '' ? [] : [{ physicalLocation: toLocation(finding) }],
  }
}

function toLocation({ file, line, column, length }: Finding) {
  return {
    artifactLocation: { uri: file.split('/').map(toSegment).join('/') },
    region: { startLine: line, startColumn: column, endColumn: column + Math.max(length, 1) },
  }
}

/** Lone surrogates have no URI. */
function toSegment(name: string): string {
  return encodeURIComponent(name.toWellFormed())
}

function failedCases(report: Report): Finding[] {
  return (report.cases ?? []).flatMap(({ name, file, line, failure }) =>
    failure === undefined
      ? []
      : [
          {
            code: 'ERR_TEST',
            severity: 'error' as const,
            message: `${name}: ${failure}`,
            file: file ?? '',
            line: line ?? 1,
            column: 1,
            length: 1,
          },
        ],
  )
}
