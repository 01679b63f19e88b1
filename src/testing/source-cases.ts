import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import type { SourceConfig } from '../config.js'
import type { Row, Value } from '../engines/engine.js'
import { projectFiles } from '../project.js'
import { type Collected, collectFiles } from './collect-files.js'

/** A case beside a source file, `pipelines/collect/<preset>.cases.yaml`. */
export interface SourceCase {
  name: string
  preset: string
  /** What the config would say of the source. */
  source?: Partial<SourceConfig>
  /** Records of the export; those of a CSV as objects of texts under snake_case keys. */
  given: Record<string, unknown>[]
  /** Every kept record, in any order; only the columns that matter, the same ones in each. */
  expect: Row[]
  /** Reasons of refusal, and how many. */
  rejected?: Record<string, number>
  duplicates?: number
}

export const sourceCases: readonly SourceCase[] = [
  ...projectFiles(path.join('pipelines', 'collect'), '.cases.yaml'),
].flatMap(([preset, file]) =>
  (parse(readFileSync(file, 'utf8')) as Omit<SourceCase, 'preset'>[]).map((sourceCase) => ({
    ...sourceCase,
    preset,
  })),
)

/** Runs every case, each as a source of its own, in one go through the collect stage. */
export async function collectCases(
  cases: readonly SourceCase[],
  folder: string,
): Promise<Collected[]> {
  const sources: Record<string, SourceConfig> = {}
  await mkdir(folder, { recursive: true })
  for (const [index, { preset, source, given }] of cases.entries()) {
    const prefix = `case-${String(index).padStart(3, '0')}.ndjson`
    await writeFile(
      path.join(folder, prefix),
      given.map((record) => `${JSON.stringify(record)}\n`).join(''),
    )
    sources[sourceNameOf(preset, index)] = { preset, prefix, ...source }
  }
  const collected = await collectFiles(folder, sources)
  return cases.map(({ preset }, index) => collected.get(sourceNameOf(preset, index))!)
}

/** Name of the source that the case at this place is. */
export const sourceNameOf = (preset: string, index: number): string => `${preset}_${index}`

/** Rows as sorted lines that name the columns of the first expected one, ready to be compared. */
export function linesOf(rows: readonly Row[], columns: readonly string[]): string[] {
  return rows
    .map((row) => columns.map((name) => `${name}=${text(row[name] ?? null, name)}`).join(' | '))
    .sort()
}

/** Lists compare as sets, numbers by value (decimals arrive as text), times without a fraction of zero. */
function text(value: Value, column: string): string {
  if (value === null) return 'null'
  const plain = String(value)
  if (column === 'identifiers' || column === 'attributes')
    return plain.replaceAll('\u001f', ';').split(';').sort().join(';')
  if (['revenue', 'spend', 'score', 'quantity'].includes(column)) return String(Number(plain))
  return plain
}
