import { checkTables } from '../checks.js'
import { latestEventMicros } from '../collect/latest-event.js'
import { sourceFunctions } from '../config.js'
import { type Contract, readContracts } from '../contract.js'
import type { Engine } from '../engines/engine.js'
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
import type { LineageNode } from '../models.js'
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
import { customersTouched } from './figures.js'
import { type ObjectChanges, objectChanges } from './object-changes.js'
import { remake } from './remake.js'
import { readNewObjects, takeInObjects } from './take-in.js'

interface Making {
  options: MakeOptions
  inputs: Inputs
  contracts: ReadonlyMap<string, Contract>
  seconds: Record<string, number>
  sessions: readonly Engine[]
  increment: Increment
}

/** What an increment has read, and what that has changed. */
export type Taken = Pick<MadeTables, 'scope' | 'figures'>

/**
 * Brings the kept tables up to date with the raw zone: reads new and rewritten objects, withdraws the rows of rewritten
 * and deleted ones, and makes again, by the same models, what hangs on rows that differ. The tables are left as those of
 * a full run are, checked, and the published ones that differ from the last release as files; the kept ones do not change.
 */
export async function makeIncrement(
  options: MakeOptions,
  inputs: Inputs,
  state: OpenState,
): Promise<MadeTables> {
  return withNewRows(options, inputs, state, async (making, taken) => {
    const { contracts, seconds, sessions } = making
    const [engine] = sessions
    const tables = await updateAndWrite(making)
    options.onProgress?.('checking contracts')
    const checks = await timed(seconds, 'checks', () => checkTables(sessions, contracts))
    const facts = { objects: inputs.objects, checks, seconds, version: options.version }
    const record = await recordOf(engine!, facts)
    const summary = await summarise(engine!, tables, options.projectFolder)
    return { ...(await finish(making, taken)), tables, record, summary }
  })
}

/** As `makeIncrement`, for tables that are not published yet: they are neither checked nor written as files. */
export async function makeBatch(
  options: MakeOptions,
  inputs: Inputs,
  state: OpenState,
): Promise<Taken> {
  return withNewRows(options, inputs, state, async (making, taken) => {
    await updateAll(making, [])
    return finish(making, taken)
  })
}

/** Counts whom the increment has touched, and leaves its tables for the next one. */
async function finish({ inputs, sessions, increment }: Making, taken: Taken): Promise<Taken> {
  const figures = { ...taken.figures, customersTouched: await customersTouched(increment) }
  await keepTables(sessions, inputs, increment.settings, increment.hashes)
  return { ...taken, figures }
}

/** Reads what is new into the kept tables, whose models are then still to follow. */
async function withNewRows<T>(
  options: MakeOptions,
  inputs: Inputs,
  state: OpenState,
  use: (making: Making, taken: Taken) => Promise<T>,
): Promise<T> {
  const contracts = readContracts(schemaFolders(options.projectFolder))
  const { engine } = state
  const sessions = [engine]
  const seconds: Record<string, number> = {}
  try {
    while (sessions.length < options.config.engine.parallel_models)
      sessions.push(await engine.session())
    const settings = runSettings(options.config)
    await engine.defineSettings({ ...settings, ...sourceFunctions('', {}) })
    const changes = await objectChanges(engine, inputs.objects)
    const read = await timed(seconds, 'collect', () =>
      readNew({ options, inputs, contracts, engine }, changes),
    )
    const scope: RunScope = {
      mode: 'incremental',
      objectsRead: changes.toRead.length,
      objectsWithdrawn: changes.withdrawn.length,
    }
    const increment: Increment = {
      engine,
      contracts,
      producers: await producersInOrder(options.projectFolder),
      settings,
      time: 'same',
      changes: new Map(),
      hashes: state.hashes,
    }
    await timed(seconds, 'take_in', () => takeInObjects(increment))
    await moveTime(options, increment, state)
    await engine.createTable('previous_customer_history', 'select * from customer_history')
    const making = { options, inputs, contracts, seconds, sessions, increment }
    return await use(making, { scope, figures: { ...read, customersTouched: 0 } })
  } finally {
    await closeAll(sessions)
  }
}

function readNew(
  {
    options,
    inputs,
    contracts,
    engine,
  }: Pick<Making, 'options' | 'inputs' | 'contracts'> & { engine: Engine },
  changes: ObjectChanges,
): ReturnType<typeof readNewObjects> {
  const { config, projectFolder, onProgress } = options
  const { zones, workFolder } = inputs
  const read = (count: number) =>
    onProgress?.(`reading new objects ${count}/${changes.toRead.length}`)
  return readNewObjects(
    { engine, zones, config, contracts, workFolder, projectFolder, onProgress: read },
    changes,
  )
}

/** Without a configured one, the run's point in time is the latest event of the data. */
async function moveTime(
  options: MakeOptions,
  increment: Increment,
  { engine, record }: OpenState,
): Promise<void> {
  if (!options.config.run.as_of)
    increment.settings = { ...increment.settings, as_of_micros: await latestEventMicros(engine) }
  const moved = Number(increment.settings.as_of_micros) - record.as_of_micros
  increment.time = moved === 0 ? 'same' : moved > 0 ? 'later' : 'earlier'
  await engine.defineSettings(increment.settings)
}

/** A step of an update: it may begin when what it reads is up to date. */
interface Step extends LineageNode {
  work(session: Engine): Promise<void>
}

/** Brings every table up to date, and returns the published ones, by name. */
async function updateAndWrite(making: Making): Promise<(TableOutput | KeptTable)[]> {
  const { contracts, inputs, increment } = making
  const tables: (TableOutput | KeptTable)[] = []
  // Steps of their own, since no other waits for a file.
  const writes = [...contracts.values()]
    .filter(({ published }) => published)
    .map((contract) => ({
      table: `file of ${contract.table}`,
      reads: [contract.table],
      work: async (session: Engine) => {
        const contentHash = increment.hashes.get(contract.table)!
        tables.push(await output(session, contract, contentHash, inputs))
      },
    }))
  await updateAll(making, writes)
  return tables.sort((a, b) => (a.table < b.table ? -1 : 1))
}

/** Brings every table that models and kernels make up to date; `after` are steps that follow some of them. */
async function updateAll(
  { options, seconds, increment, sessions }: Making,
  after: readonly Step[],
): Promise<void> {
  const recordsPerSlice = options.config.engine.slice_records
  const updates = increment.producers.map((producer) => ({
    ...producer,
    work: async (session: Engine) => {
      options.onProgress?.(`updating ${producer.table}`)
      await timed(seconds, producer.table, () =>
        remake({ ...increment, engine: session }, producer, recordsPerSlice),
      )
    },
  }))
  await runByLineage<Step>([...updates, ...after], sessions, (session, step) => step.work(session))
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
