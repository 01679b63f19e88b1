import { type Findings, refuse } from './findings.js'
import { binaryKindOf } from './magic.js'

export type TextFormat = 'csv' | 'tsv' | 'ndjson' | 'json'

/** Bytes of the decoded text that decisions are made on. */
export const headBytes = 64 * 1024

const byExtension: Readonly<Record<string, TextFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
}

/**
 * Tells the format of a text by its name, then by its first bytes. One whole JSON object on the first line
 * means NDJSON. Anything else that begins with a bracket is JSON, arrays of records a line (webhook bodies) too,
 * whatever the name says; the rest is CSV.
 */
export function detectFormat(key: string, head: Buffer): TextFormat {
  const name = key.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, '')
  const extension = /\.([a-z]+)$/.exec(name)?.[1] ?? ''
  const named = byExtension[extension]
  const text = head.toString().trimStart()
  if (named === 'ndjson' && text.startsWith('[')) return 'json'
  if (named) return named
  if (text.startsWith('[')) return 'json'
  if (text.startsWith('{')) return isWhole(text.split(/[\r\n]/, 1)[0]!) ? 'ndjson' : 'json'
  return extension === 'json' ? 'json' : 'csv'
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/** Refuses what is no data at all: an error page, a workbook, text where JSON was said to be. */
export function refuseForeignText(head: Buffer, findings: Findings): void {
  const text = head.toString('latin1')
  const line = 1 + (/^\s*/.exec(text)![0].match(/\n/g)?.length ?? 0)
  const binary = binaryKindOf(head)
  if (binary) {
    refuse(findings, {
      reason: 'binary_file',
      expected: 'CSV, TSV, NDJSON, JSON or Parquet',
      found: binary.name,
      remedy: binary.remedy,
    })
  } else if (
    /^\s*<(!doctype html|html|head|body)\b/i.test(text) ||
    /^\s*<\?xml[\s\S]*<html/i.test(text)
  ) {
    refuse(findings, { ...page, reason: 'html_page', found: 'an HTML page', line })
  } else if (/^\s*<(\?xml|error>)/i.test(text)) {
    const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1]
    const found = code ? `an XML error reply (${code})` : 'an XML document'
    refuse(findings, { ...page, reason: 'xml_error', found, line })
  }
}

const page = {
  expected: 'exported records',
  remedy: 'The exporter saved a reply of its server instead of data: export the object again.',
}

/** Refuses text that is said to be JSON and begins with no bracket. */
export function refuseNotJson(head: Buffer, findings: Findings): void {
  const text = head.toString('latin1')
  const start = /^\s*/.exec(text)![0]
  if (start.length === text.length || '{['.includes(text[start.length]!)) return
  refuse(findings, {
    reason: 'not_json',
    expected: 'JSON that begins with { or [',
    found: 'other text',
    line: 1 + (start.match(/\n/g)?.length ?? 0),
    remedy: 'Set the format that the object has, or export it again.',
  })
}
