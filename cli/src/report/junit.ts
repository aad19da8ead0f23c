import type { Case, Report } from './report.ts'

/** JUnit XML, as build servers read it. */
export function toJunit(report: Report): string {
  const suites = Map.groupBy(report.cases ?? casesOf(report), one => one.suite)
  const all = [...suites.values()].flat()
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cedargate ${text(report.name)}" tests="${all.length}" failures="${failures(all)}">`,
    ...[...suites].flatMap(([name, cases]) => [
      `  <testsuite name="${text(name)}" tests="${cases.length}" failures="${failures(cases)}">`,
      ...cases.map(toCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n')
}

function toCase(one: Case): string {
  const where = one.file === undefined ? '' : ` file="${text(one.file)}" line="${one.line ?? 1}"`
  const open = `    <testcase classname="${text(one.suite)}" name="${text(one.name)}"${where}`
  if (one.failure === undefined) return `${open}/>`
  const first = one.failure.split('\n', 1)[0] ?? ''
  return `${open}><failure message="${text(first)}">${text(one.failure)}</failure></testcase>`
}

/** A clean run is one passed case, so that a build server does not take it for an empty one. */
function casesOf(report: Report): Case[] {
  const findings = report.findings ?? []
  if (findings.length === 0) return [{ suite: report.name, name: report.name }]
  return findings.map(finding => ({
    suite: finding.file === '' ? report.name : finding.file,
    name: `${finding.code} at ${finding.line}:${finding.column}`,
    ...(finding.file === '' ? {} : { file: finding.file, line: finding.line }),
    ...(finding.severity === 'error' ? { failure: finding.message } : {}),
  }))
}

function failures(cases: readonly Case[]): number {
  return cases.filter(one => one.failure !== undefined).length
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What a terminal might act on; a reader of XML gets it all the same. A tab, or a return, would be a space in an attribute. */
const strange = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** XML 1.0 forbids most control characters even as entities. */
function text(raw: string): string {
  return raw
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, character => entities[character] ?? character)
    .replace(strange, character => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`)
}
