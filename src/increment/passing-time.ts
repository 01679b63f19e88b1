import { latestEventMicros } from '../collect/latest-event.js'
import type { MakeOptions } from '../make-tables.js'
import type { OpenState } from '../state/state.js'
import type { Increment } from './changes.js'

/**
 * Moves the point in time to the latest event of the data, unless one is configured. What the passing of time alone
 * changes follows with the release: a batch makes the rows that it touches as of now, and leaves the others.
 */
export async function moveTime(
  options: MakeOptions,
  increment: Increment,
  { engine, record }: OpenState,
): Promise<void> {
  if (!options.config.run.as_of)
    increment.settings = { ...increment.settings, as_of_micros: await latestEventMicros(engine) }
  const { purpose } = increment
  const now = Number(increment.settings.as_of_micros)
  const isLater = purpose === 'release' && now > record.settled_micros
  increment.time = now < record.as_of_micros ? 'earlier' : isLater ? 'later' : 'same'
  increment.settledMicros = purpose === 'release' ? now : Math.min(now, record.settled_micros)
  await engine.defineSettings(increment.settings)
}
