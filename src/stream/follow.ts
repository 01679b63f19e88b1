import { nothingFound, type Zones } from '../collect/raw-objects.js'
import type { InputSource } from './input.js'
import type { StreamOptions, StreamResult } from './stream.js'
import type { StreamTables, Updated } from './stream-tables.js'

/** What goes on from one opening of logs and tables to the next. */
export interface Course {
  result: StreamResult
  /** When the next release is due, by a clock that nobody sets. */
  due: number
}

/** Takes in what comes, batch by batch, and publishes when it is due; returns at the end of the stream. */
export async function follow(
  options: StreamOptions,
  zones: Zones,
  { tables, source, course }: { tables: StreamTables; source: InputSource; course: Course },
): Promise<StreamResult> {
  const { signal, untilCaughtUp = false, config } = options
  for (;;) {
    const input = await source.take()
    const isLast = signal.aborted || (untilCaughtUp && input.isCaughtUp)
    if (tables.isFresh() && input.lag >= config.stream.batch_records && !isLast) {
      // All tables at once cost less than batch by batch, so a log is archived to near its end before.
      options.onTurn?.(input.lag)
      continue
    }
    const isBehind = tables.isBehind(input.objects)
    if (isBehind && input.objects.length === 0) throw nothingFound(zones, config.sources)
    const isDue = isLast || performance.now() >= course.due
    const publishes = isDue && (isBehind || tables.isUnpublished())
    if (isBehind || publishes) {
      const start = performance.now()
      const updated = await (publishes ? tables.publish(input) : tables.update(input))
      const seconds = Math.round(performance.now() - start) / 1000
      if (isBehind) noteBatch(options, course, updated, { lag: input.lag, seconds })
      if (updated.release) noteRelease(options, course, updated, seconds)
    }
    options.onTurn?.(input.lag)
    if (!isLast) continue
    if (!signal.aborted) course.result.status = 'caught_up'
    return course.result
  }
}

function noteBatch(
  options: StreamOptions,
  { result }: Course,
  { figures, scope }: Updated,
  measured: { lag: number; seconds: number },
): void {
  result.batches++
  result.rows += figures.rowsRead
  options.onBatch?.({ ...figures, objects: scope.objectsRead, ...measured })
}

function noteRelease(
  options: StreamOptions,
  course: Course,
  { release: published, restated = 0 }: Updated,
  seconds: number,
): void {
  const { release, tables } = published!
  course.due = performance.now() + options.config.stream.release_every_seconds * 1000
  course.result.releases.push(release)
  options.onRelease?.({ release, tables: Object.keys(tables).length, restated, seconds })
}
