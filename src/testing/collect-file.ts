import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { intakeSelect, readSourceFiles, type SourceFile } from '../collect/source-file.js'
import { type SourceConfig, sourceFunctions } from '../config.js'
import { columnsOf } from '../contract.js'
import type { Engine, LandedFile, Row } from '../engines/engine.js'
import { builtInFolder } from '../project.js'
import { contracts } from './engine.js'

export const sourceFiles: ReadonlyMap<string, SourceFile> = await readSourceFiles()

/** What became of the rows of one file; `rows = kept + rejected + duplicates` when the books balance. */
export interface Collected {
  rows: number
  kept: number
  rejected: number
  duplicates: number
  /** Records that remain, one a record id, the one of greatest precedence. */
  records: Row[]
  /** Reasons of the records that were refused. */
  reasons: Record<string, number>
}

/** Runs a landed file through a preset and the typed intake, as the collect stage does. */
export async function collectLanded(
  engine: Engine,
  preset: string,
  file: LandedFile,
  source: { name?: string } & Partial<SourceConfig> = {},
): Promise<Collected> {
  await engine.defineSettings(sourceFunctions(source.name ?? preset, source))
  const read = await engine.openRaw([file])
  const { intake, select } = await intakeSelect(engine, sourceFiles.get(preset)!, contracts)
  await engine.execute(`create or replace table ${intake.rows} as ${select}`)
  await engine.createEmptyTable(intake.records, columnsOf(contracts.get(intake.records)!))
  const typing = path.join(builtInFolder, 'pipelines', 'intake', `${intake.records}.sql`)
  await engine.execute(`insert into ${intake.records} ${await readFile(typing, 'utf8')}`)
  await engine.closeRaw()
  return balanced(engine, intake.records, read[0]!)
}

async function balanced(
  engine: Engine,
  table: string,
  read: { rows: number; rejected: readonly unknown[] },
): Promise<Collected> {
  await engine.execute(`create or replace view ranked_records as select *,
    case when reject_reason is null then row_number() over (partition by record_id, reject_reason is null
      order by precedence desc, object_id, row_number) end as place from ${table}`)
  const [count = {}] = await engine.query(`select count(*) filter (where kept) as kept,
    count(*) filter (where not kept and accepted) as duplicates, count(*) filter (where not accepted) as rejected
    from (select row_number, bool_or(coalesce(place = 1, false)) as kept, bool_or(place is not null) as accepted
      from ranked_records group by row_number)`)
  const reasons =
    await engine.query(`select reject_reason as reason, count(*) as records from ${table}
    where reject_reason is not null group by all order by 1`)
  return {
    rows: read.rows,
    kept: Number(count.kept),
    duplicates: Number(count.duplicates),
    rejected: Number(count.rejected) + read.rejected.length,
    records: await engine.query(
      `select * from ranked_records where place = 1 order by row_number, record_id`,
    ),
    reasons: Object.fromEntries(
      reasons.map(({ reason, records }) => [String(reason), Number(records)]),
    ),
  }
}

/** Lands a shared file in the simplest way: newline-delimited JSON of its records, CSV headers in snake case. */
export async function landedFile(
  folder: string,
  file: string,
  columns?: readonly string[],
): Promise<LandedFile> {
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '')
  const landed = path.join(folder, path.basename(file))
  await mkdir(folder, { recursive: true })
  const base = { path: landed, objectId: file, loadedAt: '2025-12-31T00:00:00' }
  if (file.endsWith('.csv')) {
    await writeFile(landed, text)
    return { ...base, format: 'csv', keys: keysOf(text) }
  }
  const records = file.endsWith('.tsv')
    ? text
        .split('\n')
        .filter(Boolean)
        .map((line) => tabbed(line, columns ?? []))
    : file.endsWith('.json')
      ? [JSON.parse(text) as unknown]
      : []
  await writeFile(
    landed,
    records.length > 0 ? records.map((record) => JSON.stringify(record)).join('\n') : text,
  )
  return { ...base, format: 'ndjson' }
}

function keysOf(text: string): string[] {
  const seen = new Map<string, number>()
  return (text.split(/\r?\n/, 1)[0] ?? '').split(',').map((label) => {
    const key = snakeCase(label.replaceAll('"', ''))
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? key : `${key}_${count}`
  })
}

const snakeCase = (label: string): string =>
  label
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

const tabbed = (line: string, columns: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    line.split('\t').flatMap((value, index) => (value === '' ? [] : [[columns[index]!, value]])),
  )
