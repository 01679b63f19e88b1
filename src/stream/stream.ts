import { checkConfig } from '../check-config.js'
import { checkDefaultStage } from '../check-stage.js'
import { type Checkpoints, createCheckpoints } from '../checkpoint/checkpoints.js'
import { listLogs, type Zones } from '../collect/raw-objects.js'
import { configDigest } from '../config-digest.js'
import { errorOf, type ThroughlineError } from '../errors.js'
import type { BatchFigures } from '../increment/figures.js'
import type { MakeOptions } from '../make-tables.js'
import { repairLatest } from '../publish/latest.js'
import type { Storage } from '../storage/storage.js'
import { openStorages } from '../storages.js'
import { type Held, withLease } from '../with-lease.js'
import { type Course, follow } from './follow.js'
import { openInput } from './input.js'
import { createOutage } from './outage.js'
import { startOffsets } from './start-offsets.js'
import { streamProblems } from './stream-problems.js'
import { openStreamTables } from './stream-tables.js'

/** What a batch has done, for its line in the log. */
export interface BatchReport extends BatchFigures {
  objects: number
  /** Records of logs that are still to come, as last heard. */
  lag: number
  seconds: number
}

export interface ReleaseReport {
  release: string
  tables: number
  /** Rows of the release before that this one says otherwise. */
  restated: number
  seconds: number
}

export interface StreamOptions extends MakeOptions {
  /** Ends once logs are read to their end and no object is new. */
  untilCaughtUp?: boolean
  /** Passes over records that a log deleted before they were read; else they end the stream. */
  skipLost?: boolean
  /** Ends the stream after the running batch. */
  signal: AbortSignal
  onStart?: (held: Held) => void
  onBatch?: (report: BatchReport) => void
  onRelease?: (report: ReleaseReport) => void
  /** Called after each turn, also one that found nothing to do. */
  onTurn?: (lag: number) => void
  /** Called when something has failed that is tried again. */
  onOutage?: (error: ThroughlineError) => void
}

export interface StreamResult {
  status: 'caught_up' | 'stopped'
  batches: number
  rows: number
  releases: string[]
}

/** What fails for longer ends the stream: somebody has to look. */
const outageMilliseconds = 300_000

/**
 * Reads logs and objects as they come, batch by batch, and publishes releases on their own clock and at the end. What
 * batches have changed and where they stood are kept in one step with each release, and what came since is there to be
 * read again: so that whenever it is interrupted, nothing is lost or counted twice.
 */
export async function streamJob(options: StreamOptions): Promise<StreamResult> {
  const { config, projectFolder } = options
  await checkConfig(config, projectFolder)
  checkDefaultStage(config, projectFolder)
  const problems = await streamProblems(config)
  if (problems.length > 0) throw errorOf('config', problems)
  const stores = openStorages(config)
  const course: Course = {
    result: { status: 'stopped', batches: 0, rows: 0, releases: [] },
    due: performance.now() + config.stream.release_every_seconds * 1000,
  }
  return withLease(config, stores.warehouse, async (held) => {
    options.onStart?.(held)
    const configHash = configDigest(config, options.version, projectFolder)
    const checkpoints = createCheckpoints({
      ...options,
      ...stores,
      configHash,
      lease: held.lease,
      minutes: config.stream.checkpoint_minutes,
      partsAtATime: 1,
    })
    try {
      return await followThroughOutages(options, {
        ...stores,
        held,
        course,
        configHash,
        checkpoints,
      })
    } finally {
      await checkpoints.abandon()
    }
  })
}

interface Opening {
  zones: Zones
  warehouse: Storage
  held: Held
  course: Course
  configHash: string
  checkpoints: Checkpoints
}

async function followThroughOutages(
  options: StreamOptions,
  opening: Opening,
): Promise<StreamResult> {
  const outage = createOutage(outageMilliseconds)
  const onTurn = (lag: number) => {
    outage.end()
    options.onTurn?.(lag)
  }
  for (;;) {
    try {
      return await openAndFollow({ ...options, onTurn }, opening)
    } catch (error) {
      const borne = await outage.bear(error, options.signal)
      options.onOutage?.(borne)
    }
  }
}

/** Begins where the tables and the archive stand; so it goes on, too, after whatever has failed in between. */
async function openAndFollow(
  options: StreamOptions,
  { zones, warehouse, held, course, configHash, checkpoints }: Opening,
): Promise<StreamResult> {
  const { config, signal } = options
  const { untilCaughtUp = false, skipLost = false } = options
  await repairLatest(warehouse)
  const tables = await openStreamTables({
    options,
    zones,
    warehouse,
    configHash,
    checkpoints,
    ...held,
  })
  const archived = await listLogs(zones, config.sources)
  const starts = await startOffsets(zones.archive, archived, tables.positions)
  const reading = { archived, starts, signal, untilCaughtUp, skipLost }
  const { onNotice } = options
  const requireLease = held.lease.renew
  const source = await openInput({ config, zones, onNotice, requireLease, ...reading })
  try {
    const result = await follow(options, zones, { tables, source, course })
    await checkpoints.settle()
    return result
  } finally {
    await tables.close()
    await source.close()
  }
}
