import { checkTables } from '../checks.js'
import { sourceFunctions } from '../config.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import {
  byTable,
  exportFolderOf,
  type Inputs,
  keepTables,
  type MadeTables,
  type MakeOptions,
  type RunScope,
  stateRecordOf,
} from '../make-tables.js'
import { closeAll, keptSessions, runSettings, threadsForRows } from '../prepare.js'
import type { LiveFile } from '../publish/live.js'
import { countRestated } from '../restate/restate.js'
import { recordOf } from '../run-record.js'
import { withoutDamaged } from '../state/damaged-tables.js'
import { keptPipeline } from '../state/kept-pipeline.js'
import type { OpenState } from '../state/state.js'
import { summarise } from '../summary.js'
import { timed } from '../timed.js'
import { changedRows } from './changed-rows.js'
import type { Increment, Purpose } from './changes.js'
import { type BatchFigures, customersTouched } from './figures.js'
import { givePrevious } from './give-previous.js'
import type { GoingOn } from './go-on.js'
import { makeLiveTables } from './live-tables.js'
import type { ObjectChanges } from './object-changes.js'
import { tablesForReleases, tablesLeft } from './overdue.js'
import { moveTime } from './passing-time.js'
import { ownModelsOfObjects, renameMerged } from './rename-merged.js'
import { readNewObjects, takeInObjects } from './take-in.js'
import { type Making, updateAll, updateAndWrite } from './update-tables.js'

/** What an increment has read, and what that has changed. */
export type Taken = Pick<MadeTables, 'scope' | 'figures'>

/** The tables of a release, open until it is published: whoever fails to publish it closes them as they were. */
export interface UpdatedTables extends MadeTables {
  /** Leaves them for the next run to go on from; returns their file. */
  leave(): Promise<string>
  close(): Promise<void>
}

/**
 * Brings the kept tables up to date with the raw zone: reads new and rewritten objects, withdraws the rows of rewritten
 * and deleted ones, and makes again, by the same models, what hangs on rows that differ. The tables are left as those of
 * a full run are, checked, and the published ones that differ from the last release as files. Until they are left, the kept ones are as they were.
 */
export async function makeIncrement(
  options: MakeOptions,
  inputs: Inputs,
  state: GoingOn,
): Promise<UpdatedTables> {
  return withNewRows(options, inputs, { state, purpose: 'release' }, async (making, taken) => {
    const { contracts, seconds, sessions } = making
    const [engine] = sessions
    const asOf = Number(making.increment.settings.as_of_micros)
    const tables = (await updateAndWrite(making, asOf)).sort(byTable)
    options.onProgress?.('checking contracts')
    const checks = await timed(seconds, 'checks', () =>
      checkTables(sessions, contracts, (contract) => changedRows(making.increment, contract)),
    )
    const facts = { objects: inputs.objects, checks, seconds, version: options.version, asOf }
    const record = await recordOf(engine!, facts)
    const summary = await summarise(engine!, { published: tables }, options.projectFolder)
    const restated = await countRestated(engine!)
    const figures = await touchedFigures(making, taken)
    const { settings, hashes } = making.increment
    const leave = () => keepTables(sessions, inputs, stateRecordOf(inputs, settings), hashes)
    const close = () => closeAll(sessions)
    return { scope: taken.scope, figures, tables, restated, record, summary, leave, close }
  })
}

/** What a batch has done, and the tables, which stay open for the next one. */
export interface MadeBatch extends Taken {
  state: OpenState
  /** Rows as of now in tables that wait for the next release. */
  live: LiveFile[]
}

/**
 * As `makeIncrement`, for tables that are not published yet: neither checked nor written as files, and what waits for
 * releases is left. They are kept with the next release; when they are lost before, what was taken in is read again.
 */
export async function makeBatch(
  options: MakeOptions,
  inputs: Inputs,
  state: GoingOn,
): Promise<MadeBatch> {
  return withNewRows(options, inputs, { state, purpose: 'batch' }, async (making, taken) => {
    const { sessions, increment } = making
    const { producers, contracts, settings, settledMicros, hashes } = increment
    const waiting = tablesForReleases(producers, contracts)
    await updateAll(making, { except: waiting })
    const live = options.config.stream.live_scores
      ? await makeLiveTables(increment, { waiting, folder: exportFolderOf(inputs.workFolder) })
      : []
    const overdue = tablesLeft(producers, contracts)
    const record = stateRecordOf(inputs, settings, { settled_micros: settledMicros, overdue })
    const [engine, ...others] = sessions
    const figures = await touchedFigures(making, taken)
    const pipeline = { contracts, producers }
    const next = { engine: engine!, others, record, hashes, pipeline }
    return { ...taken, figures, live, state: next }
  })
}

/** Counts whom the increment has touched. */
const touchedFigures = async (
  { increment }: Making,
  { figures }: Taken,
): Promise<BatchFigures> => ({
  ...figures,
  customersTouched: await customersTouched(increment),
})

/** Reads what is new into the kept tables, whose models are then still to follow; closes them when that fails. */
async function withNewRows<T>(
  options: MakeOptions,
  inputs: Inputs,
  { state, purpose }: { state: GoingOn; purpose: Purpose },
  use: (making: Making, taken: Taken) => Promise<T>,
): Promise<T> {
  const { engine, changes } = state
  const sessions = [engine, ...state.others]
  const seconds: Record<string, number> = {}
  try {
    const pipeline = state.pipeline ?? (await keptPipeline(engine, options.projectFolder))
    const { contracts } = pipeline
    while (sessions.length < keptSessions(options.config)) sessions.push(await engine.session())
    const settings = runSettings(options.config)
    await engine.defineSettings({ ...settings, ...sourceFunctions('', {}) })
    const read = await timed(seconds, 'collect', () =>
      readNew({ options, inputs, contracts, sessions }, changes),
    )
    await engine.useThreads(threadsForRows(options.config, read.rowsRead))
    const scope: RunScope = {
      mode: 'incremental',
      objectsRead: changes.toRead.length,
      objectsWithdrawn: changes.withdrawn.length,
    }
    const increment: Increment = {
      engine,
      ...pipeline,
      settings,
      purpose,
      time: 'same',
      groups: {},
      gathered: new Map(),
      atHand: new Map(),
      settledMicros: state.record.settled_micros,
      changes: new Map(),
      overdue: new Set(purpose === 'release' ? state.record.overdue : []),
      anew: new Set(changes.merges.length > 0 ? ownModelsOfObjects(pipeline) : []),
      hashes: state.hashes,
    }
    await timed(seconds, 'take_in', async () => {
      await renameMerged(increment, changes.merges)
      await takeInObjects(increment)
    })
    await moveTime(options, increment, state)
    await givePrevious(increment, inputs, state.record)
    const making = { options, inputs, contracts, seconds, sessions, increment }
    return await use(making, { scope, figures: { ...read, customersTouched: 0 } })
  } catch (error) {
    await closeAll(sessions)
    throw await withoutDamaged(options.config, error)
  }
}

function readNew(
  {
    options,
    inputs,
    contracts,
    sessions,
  }: Pick<Making, 'options' | 'inputs' | 'contracts'> & { sessions: readonly EmbeddedEngine[] },
  changes: ObjectChanges,
): ReturnType<typeof readNewObjects> {
  const { config, projectFolder, onProgress } = options
  const { zones, workFolder } = inputs
  const read = (count: number) =>
    onProgress?.(`reading new objects ${count}/${changes.toRead.length}`)
  return readNewObjects(
    {
      engine: sessions[0]!,
      sessions,
      zones,
      config,
      contracts,
      workFolder,
      projectFolder,
      onProgress: read,
    },
    changes,
  )
}
