import { type Config, sourceFunctions } from '../config.js'
import { configDigest } from '../config-digest.js'
import { type Contract, columnsOf } from '../contract.js'
import { clearWork, createEngine } from '../engines/spark/engine.js'
import { runSettings } from '../prepare.js'
import { loadPreviousTables, publishedFiles } from '../previous-tables.js'
import { basisOfRun } from '../publish/manifest.js'
import type { Release } from '../publish/release.js'
import { countRestated, restate } from '../restate/restate.js'
import { doublesOf } from '../restate/same-doubles.js'
import type { Storage } from '../storage/storage.js'
import { openStorages } from '../storages.js'
import { contracts } from './engine.js'

/**
 * Rows of a release of any engine that a run on Spark would restate if it made the tables of another release, but for
 * the last digits of doubles.
 */
export async function restatedOnSpark(
  config: Config,
  previous: { release: Release; warehouse: Storage },
  made: Release,
): Promise<number> {
  const { zones, warehouse } = openStorages(config)
  const run = { id: 'compared', config, warehouse }
  const workFolder = ''
  const engine = await createEngine({ workFolder, run })
  try {
    await engine.defineSettings({ ...runSettings(config), ...sourceFunctions('', {}) })
    for (const [table, files] of Object.entries(made.tables)) {
      const urls = await publishedFiles(engine, files, table, { warehouse, workFolder })
      await engine.readParquet(`made_${table}`, urls)
      await engine.createView(table, addedUpOtherwise(contracts.get(table)!))
    }
    const from = { ...previous, workFolder }
    await loadPreviousTables(engine, contracts, from)
    const basis = await basisOfRun(previous.warehouse, previous.release.release)
    await restate({
      options: { config, version: 'test' },
      inputs: {
        zones,
        warehouse: previous.warehouse,
        objects: [],
        workFolder,
        previous: previous.release,
        run: run.id,
        configHash: configDigest(config, 'test'),
      },
      contracts,
      engine,
      hashes: new Map(
        Object.entries(made.tables)
          .filter(([table]) => doublesOf(contracts.get(table)!).length === 0)
          .map(([table, { content_hash }]) => [table, content_hash]),
      ),
      asOf: basis!.as_of_micros,
      hasNotes: false,
    })
    return await countRestated(engine)
  } finally {
    await engine.close()
    await clearWork(warehouse, run.id)
  }
}

/** A table of the release, with other last digits of its doubles. */
function addedUpOtherwise(contract: Contract): string {
  const columns = columnsOf(contract).map(({ name, type }) =>
    type === 'double' ? `${name} * 1.000000000001d as ${name}` : name,
  )
  return `select ${columns.join(', ')} from made_${contract.table}`
}
