import type { Storage } from '../../storage/storage.js'
import { workPrefix } from '../engine.js'

/** Deletes what a run has left on its way, or, without an id, what all runs have. */
export const clearWork = (warehouse: Storage, run?: string): Promise<void> =>
  deleteAll(warehouse, run === undefined ? workPrefix : `${workPrefix}${run}/`)

/** Deletes every object below a prefix. */
export async function deleteAll(storage: Storage, prefix: string): Promise<void> {
  const keys: string[] = []
  for await (const { key } of storage.list(prefix)) keys.push(key)
  await storage.delete(keys)
}
