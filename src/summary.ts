import { readFileSync } from 'node:fs'
import path from 'node:path'
import { aligned } from './aligned.js'
import type { LandedObject } from './collect/land-batch.js'
import { passedRows } from './collect/pass-through.js'
import type { Engine, Row } from './engines/engine.js'
import { projectFiles } from './project.js'
import { type KeptTable, type MadeTable, sizeOf } from './publish/upload.js'

export interface SummarySection {
  title: string
  rows: Row[]
}

export interface RunSummary {
  sections: SummarySection[]
  tables: { table: string; rows: number; bytes: number; contentHash: string }[]
}

/** What a summary is of. */
interface Summarised {
  published: readonly (MadeTable | KeptTable)[]
  /** See `collect`. */
  passed?: readonly LandedObject[]
}

/** Runs every `pipelines/summary/*.sql`, in order of file name, and makes a section of each. */
export async function summarise(
  engine: Engine,
  { published, passed = [] }: Summarised,
  projectFolder?: string,
): Promise<RunSummary> {
  const sections: SummarySection[] = []
  for (const file of projectFiles(
    path.join('pipelines', 'summary'),
    '.sql',
    projectFolder,
  ).values()) {
    sections.push(...(await sectionsOf(engine, readFileSync(file, 'utf8'))))
  }
  if (passed.length > 0) sections.splice(1, 0, { title: passedTitle, rows: passedRows(passed) })
  return { sections, tables: published.map(figuresOf) }
}

/** The first comment is the title; a second one, `-- left out when empty`, leaves out a section without rows. */
async function sectionsOf(engine: Engine, sql: string): Promise<SummarySection[]> {
  const rows = await engine.query(sql)
  if (rows.length === 0 && /^-- left out when empty$/m.test(sql)) return []
  return [{ title: /^--\s*(.*)/.exec(sql)?.[1] ?? '', rows }]
}

const passedTitle = 'Objects that passed through this process on their way to the engine'

const figuresOf = (output: MadeTable | KeptTable): RunSummary['tables'][number] => {
  const { rows, bytes } = 'kept' in output ? output.kept : sizeOf(output)
  const contentHash = 'kept' in output ? output.kept.content_hash : output.contentHash
  return { table: output.table, rows, bytes, contentHash }
}

/** The summary as aligned text for a terminal. */
export const summaryText = ({ sections, tables }: RunSummary): string =>
  [
    ...sections.map(({ title, rows }) => `${title}\n${aligned(rows)}`),
    `Tables written\n${aligned(tables.map(({ table, rows, bytes }) => ({ table, rows, bytes })))}`,
  ].join('\n\n')
