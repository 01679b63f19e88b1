import { stat } from 'node:fs/promises'
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'
import type { StoredFile, WrittenFile } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import type { Storage } from '../storage/storage.js'
import { inParallel } from './parallel.js'
import type { Release, ReleaseTable } from './release.js'

/** A table of a run as the engine wrote it. */
export interface TableOutput {
  table: string
  /** One file: only a table of one file can be replaced in one step in `latest/`. */
  file: WrittenFile
  contentHash: string
  contractVersion: string
}

/** A table of a run that the engine itself has put into the storage, in files that go with the run. */
export interface StoredTable extends Omit<TableOutput, 'file'> {
  stored: readonly StoredFile[]
}

/** A table that a run has made. */
export type MadeTable = TableOutput | StoredTable

/** A table of which a run knows, without writing it, that it is as in the previous release. */
export interface KeptTable {
  table: string
  kept: ReleaseTable
}

/** Puts the tables of a run into its own folders; a table that equals the previous release's keeps the files of that. */
export async function uploadTables(
  storage: Storage,
  run: string,
  outputs: readonly (MadeTable | KeptTable)[],
  previous: Release | undefined,
): Promise<Release['tables']> {
  const tables = await inParallel(outputs, async (output) => {
    if ('kept' in output) return [output.table, await keep(storage, output)] as const
    if ('file' in output) await requireWhole(output)
    const earlier = previous?.tables[output.table]
    const isReused = earlier && isSame(earlier, output) && (await isStored(storage, earlier))
    return [output.table, isReused ? earlier : await upload(storage, run, output)] as const
  })
  return Object.fromEntries(tables.sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function keep(storage: Storage, { table, kept }: KeptTable): Promise<ReleaseTable> {
  if (await isStored(storage, kept)) return kept
  throw new ThroughlineError({
    code: 'source',
    at: kept.folder,
    expected: `the files of ${table} in the last release`,
    found: 'none of that size',
    remedy: 'Somebody has removed them; `run --full` makes and publishes every table again.',
  })
}

const isSame = (earlier: ReleaseTable, output: MadeTable): boolean =>
  earlier.content_hash === output.contentHash && earlier.contract_version === output.contractVersion

async function upload(storage: Storage, run: string, output: MadeTable): Promise<ReleaseTable> {
  const folder = `tables/${output.table}/data/${run}/`
  const made = filesOf(output)
  const files = made.map(({ rows, bytes }, index) => ({
    key: `${folder}part-${String(index).padStart(4, '0')}.parquet`,
    rows,
    bytes,
  }))
  const uploaded: ReleaseTable = {
    folder,
    files,
    ...sizeOf(output),
    content_hash: output.contentHash,
    contract_version: output.contractVersion,
  }
  for (const [index, { key }] of files.entries()) await put(storage, made[index]!, key)
  if (await isStored(storage, uploaded)) return uploaded
  throw new ThroughlineError({
    code: 'source',
    at: folder,
    expected: `files of ${uploaded.bytes} bytes, as they were sent`,
    found: 'other sizes',
    remedy: 'Run again; if it stays, let `doctor` look at the storage.',
    retryable: true,
  })
}

const filesOf = (output: MadeTable): readonly (WrittenFile | StoredFile)[] =>
  'file' in output ? [output.file] : output.stored

/** Rows and bytes of all files of a table. */
export const sizeOf = (output: MadeTable): { rows: number; bytes: number } => ({
  rows: filesOf(output).reduce((sum, { rows }) => sum + rows, 0),
  bytes: filesOf(output).reduce((sum, { bytes }) => sum + bytes, 0),
})

async function put(storage: Storage, file: WrittenFile | StoredFile, key: string): Promise<void> {
  if ('key' in file) await storage.copy(file.key, key)
  else await storage.write(key, { file: file.path })
}

/** Whether the files of a published table are where they were put, as large as they were. */
export async function isStored(storage: Storage, table: ReleaseTable): Promise<boolean> {
  const bytes = new Map<string, number>()
  for await (const object of storage.list(table.folder)) bytes.set(object.key, object.bytes)
  return table.files.every((file) => bytes.get(file.key) === file.bytes)
}

/** Fails unless a reader that shares no code with its writer finds the file of a table whole. */
async function requireWhole({ table, file }: TableOutput): Promise<void> {
  const { size } = await stat(file.path)
  if (size !== file.bytes) throw brokenError(table, `${file.bytes} bytes`, `${size} bytes`)
  const rows = await footerRows(file.path).catch((cause: unknown) => {
    throw brokenError(table, 'a Parquet file', 'a file without a readable footer', cause)
  })
  if (rows !== file.rows) throw brokenError(table, `${file.rows} rows`, `${rows} rows`)
}

async function footerRows(path: string): Promise<number> {
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path))
  return Number(metadata.num_rows)
}

const brokenError = (at: string, expected: string, found: string, cause?: unknown) =>
  new ThroughlineError({
    code: 'bug',
    at,
    expected,
    found,
    remedy: 'Nothing was published; run again, and check the disk of the work folder.',
    cause,
  })
