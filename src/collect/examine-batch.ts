import { mkdir } from 'node:fs/promises'
import PQueue from 'p-queue'
import type { SourceConfig } from '../config.js'
import { type ExamineOptions, examineObject, type InPlace } from './examine-object.js'
import type { LandedObject } from './land-batch.js'
import { type PassOptions, passThrough } from './pass-through.js'
import type { RawObject, Zones } from './raw-objects.js'

/**
 * What landing tells of objects, of those that the engine reads where they lie: their first bytes come here, no more.
 * Others pass through this process.
 */
export async function examineBatch(
  zones: Zones,
  batch: readonly RawObject[],
  source: SourceConfig,
  options: PassOptions & ExamineOptions,
): Promise<LandedObject[]> {
  await mkdir(options.folder, { recursive: true })
  const queue = new PQueue({ concurrency: options.parallelDownloads })
  return queue.addAll(
    batch.map((object) => async () => {
      const told: InPlace = await examineObject(zones, object, source, options)
      if ('landed' in told) return { object, landed: told.landed }
      return passThrough(zones, object, source, { ...options, why: told.why })
    }),
  )
}
