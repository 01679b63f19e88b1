import { checkTables } from '../checks.js'
import { latestEventMicros } from '../collect/latest-event.js'
import { sourceFunctions } from '../config.js'
import { type Contract, isProduced, readContracts } from '../contract.js'
import type { Engine, Settings } from '../engines/engine.js'
import { exportTable } from '../export-tables.js'
import {
  closeAll,
  exportFolderOf,
  type Inputs,
  keepTables,
  type MadeTables,
  type MakeOptions,
  type RunScope,
} from '../make-tables.js'
import { runSettings } from '../prepare.js'
import { producersInOrder } from '../producers.js'
import { schemaFolders } from '../project.js'
import type { KeptTable, TableOutput } from '../publish/upload.js'
import { runByLineage } from '../run-by-lineage.js'
import { recordOf } from '../run-record.js'
import type { OpenState } from '../state/state.js'
import { summarise } from '../summary.js'
import { timed } from '../timed.js'
import type { Increment } from './changes.js'
import { type ObjectChanges, objectChanges } from './object-changes.js'
import { remake } from './remake.js'
import { readNewObjects, takeInObjects } from './take-in.js'

interface Making {
  options: MakeOptions
  inputs: Inputs
  state: OpenState
  contracts: ReadonlyMap<string, Contract>
  seconds: Record<string, number>
}

/**
 * Brings the kept tables up to date with the raw zone: reads new and rewritten objects, withdraws the rows of rewritten
 * and deleted ones, and makes again, by the same models, what hangs on rows that differ. The tables are left as those of
 * a full run are; the kept ones do not change.
 */
export async function makeIncrement(
  options: MakeOptions,
  inputs: Inputs,
  state: OpenState,
): Promise<MadeTables> {
  const contracts = readContracts(schemaFolders(options.projectFolder))
  const making = { options, inputs, state, contracts, seconds: {} }
  const { engine } = state
  const sessions = [engine]
  try {
    while (sessions.length < options.config.engine.parallel_models)
      sessions.push(await engine.session())
    const settings = runSettings(options.config)
    await engine.defineSettings({ ...settings, ...sourceFunctions('', {}) })
    const changes = await objectChanges(engine, inputs.objects)
    await timed(making.seconds, 'collect', () => readNew(making, changes))
    const scope: RunScope = {
      mode: 'incremental',
      objectsRead: changes.toRead.length,
      objectsWithdrawn: changes.withdrawn.length,
    }
    return { scope, ...(await update(making, sessions, settings)) }
  } finally {
    await closeAll(sessions)
  }
}

async function readNew(
  { options, inputs, state, contracts }: Making,
  changes: ObjectChanges,
): Promise<void> {
  const { config, projectFolder, onProgress } = options
  const { raw: storage, workFolder } = inputs
  const read = (count: number) =>
    onProgress?.(`reading new objects ${count}/${changes.toRead.length}`)
  await readNewObjects(
    {
      engine: state.engine,
      storage,
      config,
      contracts,
      workFolder,
      projectFolder,
      onProgress: read,
    },
    changes,
  )
}

async function update(
  making: Making,
  sessions: readonly Engine[],
  given: Settings,
): Promise<Omit<MadeTables, 'scope'>> {
  const { options, inputs, state, contracts, seconds } = making
  const { engine } = state
  const increment: Increment = {
    engine,
    contracts,
    producers: await producersInOrder(options.projectFolder),
    settings: given,
    time: 'same',
    changes: new Map(),
    hashes: state.hashes,
  }
  await timed(seconds, 'take_in', () => takeInObjects(increment))
  await moveTime(making, increment, given)
  await engine.createTable('previous_customer_history', 'select * from customer_history')
  const tables = await updateAll(making, increment, sessions)
  options.onProgress?.('checking contracts')
  const checks = await timed(seconds, 'checks', () => checkTables(sessions, contracts))
  const facts = { objects: inputs.objects, checks, seconds, version: options.version }
  const record = await recordOf(engine, facts)
  const summary = await summarise(engine, tables, options.projectFolder)
  await keepTables(sessions, inputs, increment.settings, increment.hashes)
  return { tables, record, summary }
}

/** Without a configured one, the run's point in time is the latest event of the data. */
async function moveTime(
  { options, state }: Making,
  increment: Increment,
  given: Settings,
): Promise<void> {
  const { engine, record } = state
  if (!options.config.run.as_of)
    increment.settings = { ...given, as_of_micros: await latestEventMicros(engine) }
  const moved = Number(increment.settings.as_of_micros) - record.as_of_micros
  increment.time = moved === 0 ? 'same' : moved > 0 ? 'later' : 'earlier'
  await engine.defineSettings(increment.settings)
}

/** Brings every table up to date, and returns the published ones, by name. */
async function updateAll(
  { options, inputs, contracts, seconds }: Making,
  increment: Increment,
  sessions: readonly Engine[],
): Promise<(TableOutput | KeptTable)[]> {
  const { engine, producers, hashes } = increment
  const tables: (TableOutput | KeptTable)[] = []
  const publish = async (session: Engine, contract: Contract) => {
    if (contract.published)
      tables.push(await output(session, contract, hashes.get(contract.table)!, inputs))
  }
  for (const contract of contracts.values())
    if (!isProduced(contract)) await publish(engine, contract)
  await runByLineage(producers, sessions, async (session, producer) => {
    options.onProgress?.(`updating ${producer.table}`)
    await timed(seconds, producer.table, async () => {
      await remake({ ...increment, engine: session }, producer, options.config.engine.slice_records)
      for (const table of producer.makes) await publish(session, contracts.get(table)!)
    })
  })
  return tables.sort((a, b) => (a.table < b.table ? -1 : 1))
}

/** A table that is as in the last release is not written again. */
async function output(
  engine: Engine,
  contract: Contract,
  contentHash: string,
  { previous, workFolder }: Inputs,
): Promise<TableOutput | KeptTable> {
  const { table, version } = contract
  const last = previous?.tables[table]
  if (last?.content_hash === contentHash && last.contract_version === version)
    return { table, kept: last }
  const file = await exportTable(engine, contract, exportFolderOf(workFolder))
  return { table, file, contentHash, contractVersion: version }
}
