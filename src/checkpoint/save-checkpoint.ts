import { inParallel } from '../publish/parallel.js'
import { textOf } from '../publish/release.js'
import { createRunId } from '../publish/run-id.js'
import { writeOwn } from '../publish/write-own.js'
import type { Storage } from '../storage/storage.js'
import { type Checkpoint, checkpointFolder, checkpointKey, type Part } from './checkpoint.js'
import { type Stretch, storePart, stretchesOf } from './parts.js'

export interface SaveOptions {
  warehouse: Storage
  /** Files by their names in the state folder; nobody changes them meanwhile. */
  files: ReadonlyMap<string, string>
  facts: Pick<Checkpoint, 'release' | 'config_hash'>
  /** The checkpoint before; undefined when there is none that can be read. */
  before: Checkpoint | undefined
  /** Etag of the pointer; undefined when there is none. */
  expected: string | undefined
  /** Throws when this process may not write to the warehouse any more. */
  requireLease: () => Promise<void>
  /** Parts that are packed and sent at a time. */
  partsAtATime: number
  /** Whether to stop, before the next part. */
  isStopped: () => boolean
}

export interface Saved {
  checkpoint: Checkpoint
  /** Bytes that were sent; parts that are as in the checkpoint before stay where they are. */
  sent: number
}

/**
 * Stores the files, then names them the checkpoint that counts, then removes what no longer belongs to one. Whenever it is
 * interrupted, the one before stands. Undefined when it was stopped; throws `conflict` when another has been made meanwhile.
 */
export async function saveCheckpoint(options: SaveOptions): Promise<Saved | undefined> {
  const { warehouse, files, facts, expected, isStopped } = options
  const id = createRunId()
  const known = await partsStillThere(options)
  const jobs = await jobsOf(files, `${checkpointFolder}${id}/`)
  const stored = await inParallel(
    jobs,
    async ({ name, key, stretch }) =>
      isStopped() ? undefined : { name, part: await storePart(warehouse, key, stretch, known) },
    options.partsAtATime,
  )
  if (isStopped()) return undefined
  const partsOf = (name: string) => stored.flatMap((job) => (job?.name === name ? job.part : []))
  const checkpoint: Checkpoint = {
    format: 1,
    checkpoint: id,
    ...facts,
    made_at: new Date().toISOString(),
    files: [...files.keys()].map((name) => ({ name, parts: partsOf(name) })),
  }
  await options.requireLease()
  const condition = expected === undefined ? { ifAbsent: true as const } : { ifMatch: expected }
  await writeOwn(warehouse, checkpointKey, textOf(checkpoint), condition)
  // What cannot be removed now goes with the next one.
  await removeOthers(warehouse, checkpoint).catch(() => undefined)
  const isNew = ({ key }: Part) => key.startsWith(`${checkpointFolder}${id}/`)
  const sent = stored.reduce((sum, job) => sum + (job && isNew(job.part) ? job.part.stored : 0), 0)
  return { checkpoint, sent }
}

/** Parts of the checkpoint before, by digest; one that was changed or removed is stored again. */
async function partsStillThere({ warehouse, before }: SaveOptions): Promise<Map<string, Part>> {
  const parts = new Map<string, Part>()
  if (before === undefined) return parts
  const etags = new Map<string, string>()
  for await (const { key, etag } of warehouse.list(checkpointFolder)) etags.set(key, etag)
  for (const part of before.files.flatMap((file) => file.parts))
    if (etags.get(part.key) === part.etag) parts.set(part.sha256, part)
  return parts
}

interface Job {
  name: string
  key: string
  stretch: Stretch
}

async function jobsOf(files: ReadonlyMap<string, string>, prefix: string): Promise<Job[]> {
  const jobs: Job[] = []
  for (const [name, file] of files) {
    for (const [index, stretch] of (await stretchesOf(file)).entries())
      jobs.push({ name, key: `${prefix}${name}/${String(index).padStart(5, '0')}.gz`, stretch })
  }
  return jobs
}

/**
 * Also what processes that died have left of theirs. What sorts after this checkpoint stays: the pointer, and parts of a
 * later one, whose process may have overtaken this one.
 */
async function removeOthers(warehouse: Storage, { checkpoint, files }: Checkpoint): Promise<void> {
  const needed = new Set(files.flatMap((file) => file.parts.map(({ key }) => key)))
  const others: string[] = []
  for await (const { key } of warehouse.list(checkpointFolder))
    if (key < `${checkpointFolder}${checkpoint}/` && !needed.has(key)) others.push(key)
  await warehouse.delete(others)
}
