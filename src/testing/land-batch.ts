import type { Storage } from '../storage/storage.js'
import type { Batch } from './increment-project.js'

/** Does to a raw zone what a batch says. */
export async function landBatch(raw: Storage, batch: Batch): Promise<void> {
  for (const [key, rows] of Object.entries(batch)) {
    if (rows === null) await raw.delete([key])
    else if (typeof rows === 'string') await raw.write(key, rows)
    else await raw.write(key, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
}
