import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Engine, Row, Value } from './engines/engine.js'

import { projectFiles } from './project.js'
import type { TableOutput } from './publish/upload.js'

export interface SummarySection {
  title: string
  rows: Row[]
}

export interface RunSummary {
  sections: SummarySection[]
  tables: { table: string; rows: number; bytes: number; contentHash: string }[]
}

/** Runs every `pipelines/summary/*.sql`, in order of file name; its first comment is the title of its section. */
export async function summarise(
  engine: Engine,
  exported: readonly TableOutput[],
  projectFolder?: string,
): Promise<RunSummary> {
  const sections: SummarySection[] = []
  for (const file of projectFiles(
    path.join('pipelines', 'summary'),
    '.sql',
    projectFolder,
  ).values()) {
    const sql = readFileSync(file, 'utf8')
    sections.push({ title: /^--\s*(.*)/.exec(sql)?.[1] ?? '', rows: await engine.query(sql) })
  }
  const tables = exported.map(({ table, files, contentHash }) => ({
    table,
    rows: files.reduce((rows, file) => rows + file.rows, 0),
    bytes: files.reduce((bytes, file) => bytes + file.bytes, 0),
    contentHash,
  }))
  return { sections, tables }
}

/** The summary as aligned text for a terminal. */
export const summaryText = ({ sections, tables }: RunSummary): string =>
  [
    ...sections.map(({ title, rows }) => `${title}\n${aligned(rows)}`),
    `Tables written\n${aligned(tables.map(({ table, rows, bytes }) => ({ table, rows, bytes })))}`,
  ].join('\n\n')

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
