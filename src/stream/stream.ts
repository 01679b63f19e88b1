import { checkConfig } from '../check-config.js'
import { checkDefaultStage } from '../check-stage.js'
import { listLogs, nothingFound, type Zones } from '../collect/raw-objects.js'
import { configDigest } from '../config-digest.js'
import { errorOf } from '../errors.js'
import type { BatchFigures } from '../increment/figures.js'
import type { MakeOptions } from '../make-tables.js'
import { repairLatest } from '../publish/latest.js'
import { openStorages } from '../storages.js'
import { type Held, withLease } from '../with-lease.js'
import { type InputSource, openInput } from './input.js'
import { startOffsets } from './start-offsets.js'
import { streamProblems } from './stream-problems.js'
import { openStreamTables, type StreamTables, type Updated } from './stream-tables.js'

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
  seconds: number
}

export interface StreamOptions extends MakeOptions {
  /** Ends once logs are read to their end and no object is new. */
  untilCaughtUp?: boolean
  /** Ends the stream after the running batch. */
  signal: AbortSignal
  onStart?: (held: Held) => void
  onBatch?: (report: BatchReport) => void
  onRelease?: (report: ReleaseReport) => void
  /** Called after each turn, also one that found nothing to do. */
  onTurn?: (lag: number) => void
}

export interface StreamResult {
  status: 'caught_up' | 'stopped'
  batches: number
  rows: number
  releases: string[]
}

/**
 * Reads logs and objects as they come, batch by batch, and publishes releases on their own clock and at the end. What a
 * batch has changed and where it stood are kept in one step, so that whenever it is interrupted, nothing is lost or
 * counted twice.
 */
export async function streamJob(options: StreamOptions): Promise<StreamResult> {
  const { config, version, projectFolder } = options
  await checkConfig(config, projectFolder)
  checkDefaultStage(config, projectFolder)
  const problems = streamProblems(config)
  if (problems.length > 0) throw errorOf('config', problems)
  const { zones, warehouse } = openStorages(config)
  const configHash = configDigest(config, version, projectFolder)
  return withLease(config, warehouse, async (held) => {
    options.onStart?.(held)
    await repairLatest(warehouse)
    const tables = await openStreamTables({ options, zones, warehouse, configHash, ...held })
    const archived = await listLogs(zones, config.sources)
    const starts = await startOffsets(zones.archive, archived, tables.positions)
    const { signal, untilCaughtUp = false } = options
    const input = await openInput({ config, zones, archived, starts, signal, untilCaughtUp })
    try {
      return await follow(options, zones, tables, input)
    } finally {
      await input.close()
    }
  })
}

async function follow(
  options: StreamOptions,
  zones: Zones,
  tables: StreamTables,
  source: InputSource,
): Promise<StreamResult> {
  const { signal, untilCaughtUp, config } = options
  const result: StreamResult = { status: 'stopped', batches: 0, rows: 0, releases: [] }
  const every = config.stream.release_every_seconds * 1000
  let due = Date.now() + every
  for (;;) {
    const input = await source.take()
    const isLast = signal.aborted || (untilCaughtUp === true && input.isCaughtUp)
    const isBehind = tables.isBehind(input.objects)
    if (isBehind && input.objects.length === 0) throw nothingFound(zones, config.sources)
    const publishes = (isBehind || tables.isUnpublished()) && (isLast || Date.now() >= due)
    if (isBehind || publishes) {
      const start = performance.now()
      const updated = await (publishes ? tables.publish(input) : tables.update(input))
      if (updated.release) due = Date.now() + every
      report(options, result, { updated, isBehind, lag: input.lag, start })
    }
    options.onTurn?.(input.lag)
    if (!isLast) continue
    if (!signal.aborted) result.status = 'caught_up'
    return result
  }
}

function report(
  options: StreamOptions,
  result: StreamResult,
  {
    updated,
    isBehind,
    lag,
    start,
  }: { updated: Updated; isBehind: boolean; lag: number; start: number },
): void {
  const seconds = Math.round(performance.now() - start) / 1000
  const { figures, scope, release } = updated
  if (isBehind) {
    result.batches++
    result.rows += figures.rowsRead
    options.onBatch?.({ ...figures, objects: scope.objectsRead, lag, seconds })
  }
  if (!release) return
  result.releases.push(release.release)
  options.onRelease?.({
    release: release.release,
    tables: Object.keys(release.tables).length,
    seconds,
  })
}
