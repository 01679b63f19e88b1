import type { Engine } from '../engines/engine.js'

/** `as_of()` when none is configured: the latest event of the data, so that equal input gives equal tables. */
export async function latestEventMicros(engine: Engine): Promise<number> {
  const rows = await engine.query(
    `select cast(max(epoch_micros(occurred_at)) as string) as latest from records
     where reject_reason is null and record_kind = 'touchpoint'`,
  )
  return Number(rows[0]?.latest ?? 0)
}
