import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { readConfig, settingFunctions, sourceFunctions } from '../config.js'
import { type Contract, columnsOf, readContracts } from '../contract.js'
import { createEngine } from '../engines/duckdb/engine.js'
import type { EmbeddedEngine, Engine, Row, Settings } from '../engines/engine.js'
import { schemaFolders } from '../project.js'
import { loadRegistries } from '../registries.js'

export const contracts: ReadonlyMap<string, Contract> = readContracts(schemaFolders())

/** Default settings, and those that only a run knows with values that suit a test. */
export const usualSettings: Settings = {
  ...settingFunctions(readConfig(undefined)),
  ...sourceFunctions('test', {}),
  as_of_micros: 1_735_689_600_000_000,
  run_since_micros: -9_000_000_000_000_000,
  run_until_micros: 9_000_000_000_000_000,
}

/** Opens an engine with the vocabulary, default settings (overridden by `settings`) and registries; closes it after `use`, which may put files into its folder. */
export async function withEngine<T>(
  settings: Settings,
  use: (engine: EmbeddedEngine, workFolder: string) => Promise<T>,
): Promise<T> {
  const workFolder = await mkdtemp(path.join(os.tmpdir(), 'throughline-'))
  const engine = await createEngine({ workFolder, threads: 2 })
  try {
    await engine.defineSettings({ ...usualSettings, ...settings })
    await loadRegistries(engine, contracts)
    return await use(engine, workFolder)
  } finally {
    await engine.close()
    await rm(workFolder, { recursive: true, force: true })
  }
}

/** Fills a table of a contract with rows that name only the columns that matter; the rest is null. */
export async function givenTable(
  engine: Pick<Engine, 'writeRows'>,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const contract = contracts.get(table)
  if (!contract) throw new Error(`schemas/${table}.yaml: expected a contract, found none`)
  const unknown = rows
    .flatMap(Object.keys)
    .filter((name) => !contract.columns.some((column) => column.name === name))
  if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`)
  await engine.writeRows(table, columnsOf(contract), rows)
}
