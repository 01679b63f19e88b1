import type { Row, Value } from './engines/engine.js'

/** Rows as columns of text, numbers to the right. */
export function aligned(rows: readonly Row[]): string {
  if (rows.length === 0) return '  (none)'
  const names = Object.keys(rows[0]!)
  const lines = [names, ...rows.map((row) => names.map((name) => shown(row[name] ?? null)))]
  const widths = names.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)))
  const isNumber = names.map((name) =>
    rows.every((row) => row[name] === null || !Number.isNaN(Number(row[name]))),
  )
  return lines
    .map((line) =>
      `  ${line
        .map((cell, index) =>
          isNumber[index] ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
        )
        .join('  ')}`.trimEnd(),
    )
    .join('\n')
}

function shown(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  if (/^\d{4,}$/.test(text)) return Number(text).toLocaleString('en-US')
  return /^-?\d+\.\d{5,}$/.test(text) ? Number(text).toFixed(4) : text
}
