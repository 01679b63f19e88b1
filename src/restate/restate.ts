import { type Contract, columnsOf, isOfRelease } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import type { Inputs, MakeOptions } from '../make-tables.js'
import { checkColumns, inLineageOrder, readModels, releaseStages } from '../models.js'
import { publishedFiles } from '../previous-tables.js'
import { basisOfRun } from '../publish/manifest.js'
import { isStored } from '../publish/upload.js'
import { sqlError } from '../sql-error.js'
import { hasAllNoted } from './note-rows.js'
import { addedTable, addUnknown, findInFiles, findNoted, restatedTable } from './restated-rows.js'

/** What the tables of a release are compared by. */
export interface Restating {
  options: MakeOptions
  inputs: Inputs
  contracts: ReadonlyMap<string, Contract>
  engine: Engine
  /** Content hashes of the published tables as they are now. */
  hashes: ReadonlyMap<string, string>
  /** The run's point in time, in epoch microseconds. */
  asOf: number
  /** Whether the tables are what has become of the last release's, and changes on the way were noted. */
  hasNotes: boolean
}

/** The table that names the two releases which are compared. */
const releasesTable = 'compared_releases'
/** What the models of a release begin from. */
export const writtenByRelease: readonly string[] = [releasesTable, restatedTable, addedTable]

/**
 * Lists what the release that is about to be published says otherwise than the last one, as the tables of kind
 * `release`; all other tables are made by now.
 */
export async function restate(restating: Restating): Promise<void> {
  await beginRestating(restating)
  for (const contract of restatedTables(restating.contracts))
    await findRestated(restating, contract)
  await listRestated(restating)
}

/** Tables whose rows are compared with those of the last release. */
export const restatedTables = (contracts: ReadonlyMap<string, Contract>): Contract[] =>
  [...contracts.values()].filter((contract) => contract.restated && !isOfRelease(contract))

/** Makes what rows are found into. */
export async function beginRestating(restating: Restating): Promise<void> {
  const { engine, contracts } = restating
  for (const table of [restatedTable, addedTable])
    await engine.createEmptyTable(table, columnsOf(contracts.get(table)!))
  await writeReleases(restating)
}

/** Finds the rows of one table, which is made by now, that the last release said otherwise. */
export async function findRestated(
  { engine, hashes, inputs, hasNotes }: Restating,
  contract: Contract,
): Promise<void> {
  const last = inputs.previous?.tables[contract.table]
  if (last === undefined || last.content_hash === hashes.get(contract.table)) return
  if (hasNotes && (await hasAllNoted(engine, contract))) return findNoted(engine, contract)
  const isComparable =
    shape(last.contract_version) === shape(contract.version) &&
    (await isStored(inputs.warehouse, last))
  if (!isComparable) return addUnknown(engine, contract, last.rows)
  const files = await publishedFiles(engine, last, `last_${contract.table}`, inputs)
  await findInFiles(engine, contract, files)
}

/** Makes the tables of the release of all that was found. */
export async function listRestated({ engine, contracts, options }: Restating): Promise<void> {
  for (const model of inLineageOrder(await readModels(options.projectFolder, releaseStages))) {
    try {
      await checkColumns(engine, model, contracts.get(model.table)!)
      await engine.createTable(model.table, model.select)
    } catch (cause) {
      throw sqlError(model, cause)
    }
  }
  await forget(engine, [restatedTable, addedTable, 'restatement_reasons'])
}

/** How many rows of the last release this one says otherwise. */
export async function countRestated(engine: Engine): Promise<number> {
  const [row] = await engine.query(
    `select coalesce(sum(r.row_count), 0) as row_count
    from restatements r join ${releasesTable} c on c.release = r.run`,
  )
  return Number(row?.row_count)
}

/** What only led to the list is not kept until the next release. */
async function forget(engine: Engine, tables: readonly string[]): Promise<void> {
  for (const table of tables) await engine.drop('table', table)
}

/** Contracts with the same major and minor version have the same columns. */
const shape = (version: string): string => version.split('.').slice(0, 2).join('.')

async function writeReleases({
  engine,
  contracts,
  options,
  inputs,
  asOf,
}: Restating): Promise<void> {
  const { run, previous, configHash, warehouse } = inputs
  const basis = previous && (await basisOfRun(warehouse, previous.release))
  const { restatement_rows, restatement_days } = options.config.run
  await engine.writeRows(releasesTable, columnsOf(contracts.get(releasesTable)!), [
    {
      release: run,
      previous_release: previous?.release ?? null,
      as_of_micros: asOf,
      previous_as_of_micros: basis?.as_of_micros ?? null,
      is_config_changed: previous !== undefined && basis?.config_hash !== configHash,
      rows_listed: restatement_rows,
      listed_since_micros: asOf - restatement_days * 86_400_000_000,
    },
  ])
}
