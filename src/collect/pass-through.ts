import { mkdir, rm } from 'node:fs/promises'
import PQueue from 'p-queue'
import type { SourceConfig } from '../config.js'
import type { DistributedEngine, Row } from '../engines/engine.js'
import { type BatchOptions, type LandedObject, landOne } from './land-batch.js'
import type { RawObject, Zones } from './raw-objects.js'

export interface PassOptions extends BatchOptions {
  /** Puts what is left of an object where the engine reads it. */
  takeFile: DistributedEngine['takeFile']
}

/**
 * Lands an object that the engine cannot read in place, and hands the clean file to it. In memory is one stretch at a
 * time; the file on disk goes as soon as the engine has it.
 */
export async function passThrough(
  zones: Zones,
  object: RawObject,
  source: SourceConfig,
  { takeFile, ...options }: PassOptions & { why: string },
): Promise<LandedObject> {
  const landed = await landOne(zones, object, source, options)
  const passed = { object, landedBecause: options.why }
  if (landed.kind !== 'rows') return { ...passed, landed }
  try {
    return { ...passed, landed: { ...landed, path: await takeFile(landed.path) } }
  } finally {
    await rm(landed.path, { force: true })
  }
}

/** Lands objects that the engine has failed on while it read them. */
export async function passAll(
  zones: Zones,
  objects: readonly RawObject[],
  source: SourceConfig,
  options: PassOptions,
): Promise<LandedObject[]> {
  await mkdir(options.folder, { recursive: true })
  const why = 'found when read: cut, corrupt, or quotes that do not fit'
  const queue = new PQueue({ concurrency: options.parallelDownloads })
  return queue.addAll(
    objects.map((object) => () => passThrough(zones, object, source, { ...options, why })),
  )
}

/** Objects that passed through this process, one row a source and reason. */
export function passedRows(passed: readonly LandedObject[]): Row[] {
  const rows = new Map<string, { source: string; objects: number; bytes: number; why: string }>()
  for (const { object, landedBecause: why = '' } of passed) {
    const { source, bytes } = object
    const row = rows.get(`${source} ${why}`) ?? { source, objects: 0, bytes: 0, why }
    row.objects += 1
    row.bytes += bytes
    rows.set(`${source} ${why}`, row)
  }
  return [...rows.values()].sort((a, b) =>
    `${a.source} ${a.why}` < `${b.source} ${b.why}` ? -1 : 1,
  )
}
