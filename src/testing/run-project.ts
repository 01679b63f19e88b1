import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { readConfig } from '../config.js'
import { type RunResult, runJob } from '../run.js'
import { version } from '../version.js'

/** Files of a project by path: `pipelines/`, `schemas/`, `config/` as users lay them, and exports below `raw/`. */
export type ProjectFiles = Readonly<Record<string, string | Buffer>>

/** What an overlay file would hold; storage is set to the folders `raw` and `warehouse` of the project. */
export type ConfigOverlay = Readonly<Record<string, object>>

/** One value of a published row: times as Date, decimals and 64-bit integers as number. */
export type PublishedRow = Record<string, unknown>

export interface ProjectRun {
  result: RunResult
  /** Rows of a published table, read from `latest/` by a reader that shares no code with the writer. */
  tables(name: string): PublishedRow[]
}

export interface Project {
  folder: string
  write(files: ProjectFiles): Promise<void>
  /** Runs the job on what the folder holds now. */
  run(overlay?: ConfigOverlay): Promise<ProjectRun>
}

/** Runs the job once in a user's project folder of its own and returns what it published. */
export async function runProject(files: ProjectFiles, overlay: ConfigOverlay): Promise<ProjectRun> {
  return withProject(files, overlay, (project) => project.run())
}

/** Lays files into a temporary project folder, which is removed after `use`. */
export async function withProject<T>(
  files: ProjectFiles,
  overlay: ConfigOverlay,
  use: (project: Project) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-project-'))
  try {
    await writeFiles(folder, files)
    return await use({
      folder,
      write: (more) => writeFiles(folder, more),
      run: (changed) => run(folder, { ...overlay, ...changed }),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: ProjectFiles): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

async function run(folder: string, overlay: ConfigOverlay): Promise<ProjectRun> {
  const storage = { raw: path.join(folder, 'raw'), warehouse: path.join(folder, 'warehouse') }
  const file = path.join(folder, 'throughline.yaml')
  await writeFile(file, JSON.stringify({ engine: { threads: 2 }, ...overlay, storage }))
  const result = await runJob({ config: readConfig(file), version, projectFolder: folder })
  const published = await readLatest(path.join(storage.warehouse, 'latest'))
  return { result, tables: (name) => published.get(name) ?? missing(name, published) }
}

/** All published tables below a folder `latest/`. */
export async function readLatest(latest: string): Promise<Map<string, PublishedRow[]>> {
  const tables = new Map<string, PublishedRow[]>()
  for (const entry of await readdir(latest, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const names = (await readdir(path.join(latest, entry.name))).sort()
    const parts = names.map((name) => readRows(path.join(latest, entry.name, name)))
    tables.set(entry.name, (await Promise.all(parts)).flat())
  }
  return tables
}

/** Rows of a Parquet file. */
export async function readRows(name: string): Promise<PublishedRow[]> {
  const file = await asyncBufferFromFile(name)
  const metadata = await parquetMetadataAsync(file)
  const scales = new Map(metadata.schema.map((column) => [column.name, column.scale]))
  const rows = await parquetReadObjects({ file, metadata })
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, plain(value, scales.get(name))]),
    ),
  )
}

/** The reader multiplies decimals by an inexact power of ten; their scale says which number was meant. */
function plain(value: unknown, scale: number | undefined): unknown {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && scale ? Number(value.toFixed(scale)) : value
}

function missing(name: string, published: ReadonlyMap<string, unknown>): never {
  throw new Error(
    `latest/: expected table ${name}, found ${[...published.keys()].sort().join(', ')}`,
  )
}
