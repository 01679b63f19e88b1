import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import PQueue from 'p-queue'
import type { SourceConfig } from '../config.js'
import { headerlessColumns } from './headerless.js'
import { type Landed, landLogObject, landObject } from './landing/land-object.js'
import { type RawObject, storageOf, type Zones } from './raw-objects.js'

export interface LandedObject {
  object: RawObject
  landed: Landed
  /** Of an object that an engine could have read where it lies: why it had to pass through this process. */
  landedBecause?: string
}

export interface BatchOptions {
  folder: string
  parallelDownloads: number
  projectFolder?: string | undefined
}

/** Most objects, and most stored bytes, that are read together. */
export interface BatchLimits {
  objects: number
  bytes: number
}

/** What lies on disk at a time. */
export const landedLimits: BatchLimits = { objects: 200, bytes: 48 * 1024 * 1024 }

/** Objects of one source, cut into batches within the limits. */
export function inBatches(
  objects: readonly RawObject[],
  limits: BatchLimits = landedLimits,
): RawObject[][] {
  const batches: RawObject[][] = []
  let bytes = 0
  for (const object of objects) {
    const batch = batches.at(-1)
    if (!batch || batch.length >= limits.objects || bytes + object.bytes > limits.bytes) {
      batches.push([object])
      bytes = object.bytes
    } else {
      batch.push(object)
      bytes += object.bytes
    }
  }
  return batches
}

/** Downloads a batch in parallel, pinned by ETag, and cleans it on the way to disk. */
export async function landBatch(
  zones: Zones,
  batch: readonly RawObject[],
  source: SourceConfig,
  options: BatchOptions,
): Promise<LandedObject[]> {
  await mkdir(options.folder, { recursive: true })
  const queue = new PQueue({ concurrency: options.parallelDownloads })
  return queue.addAll(
    batch.map((object) => async () => ({
      object,
      landed: await landOne(zones, object, source, options),
    })),
  )
}

/**
 * Downloads one object and cleans it on the way to disk. What cannot be read is downloaded again: it may have been damaged
 * on its way, which the store's checksum tells at the end of a body alone, and nobody has read that far.
 */
export async function landOne(...landing: Parameters<typeof landOnce>): Promise<Landed> {
  const landed = await landOnce(...landing)
  return landed.kind === 'unreadable' ? landOnce(...landing) : landed
}

async function landOnce(
  zones: Zones,
  object: RawObject,
  source: SourceConfig,
  { folder, projectFolder }: Omit<BatchOptions, 'parallelDownloads'>,
): Promise<Landed> {
  const columns = headerlessColumns(source, projectFolder)
  const body = await storageOf(zones, object).read(object.key, object.etag)
  const target = path.join(folder, object.objectId)
  if (object.log) return landLogObject(body, target)
  return landObject(body, target, {
    key: object.key,
    format: source.format ?? 'auto',
    compression: source.compression ?? 'auto',
    ...(source.encoding === undefined ? {} : { encoding: source.encoding }),
    ...(source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
    ...(source.skip_lines === undefined ? {} : { skipLines: source.skip_lines }),
    ...(columns === undefined ? {} : { columns }),
    ...(source.records_path === undefined ? {} : { recordsPath: source.records_path }),
  })
}
