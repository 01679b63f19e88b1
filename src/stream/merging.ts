import { createBackgroundTask } from '../background-task.js'
import { listTopic } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import { noticing } from '../noticing.js'
import type { Storage } from '../storage/storage.js'
import {
  type ArchivedObject,
  type Merge,
  mergeableGroups,
  mergeGroup,
  withMerged,
} from './merge-archive.js'

/** Keeps an archive from being many small objects, beside the batches. */
export interface Merging {
  /** Called while nobody reads: puts what has been merged by now in the place of its parts, and goes on. */
  takeInto(objects: RawObject[]): RawObject[]
  /** Waits for what is under way, and begins nothing more. */
  close(): Promise<void>
}

interface MergingOptions {
  config: Config
  zones: { archive: Storage }
  /** Throws when this process may not delete from the archive any more. */
  requireLease: () => Promise<void>
  /** Told what failed: that stops no stream. */
  onNotice?: ((message: string) => void) | undefined
}

const mebibyte = 1024 * 1024
const checkMilliseconds = 60_000

export function createMerging(options: MergingOptions): Merging {
  const { config, requireLease, onNotice } = options
  const { archive } = options.zones
  const maxBytes = config.stream.archive_merge_megabytes * mebibyte
  const background = createBackgroundTask()
  let merged: Merge[] = []
  let due = 0
  let isFirst = true
  let isClosed = false
  const orNotice = (work: () => Promise<void>) =>
    noticing('Archived objects stay as they are', onNotice, work)
  const begin = (work: () => Promise<void>): void => background.begin(() => orNotice(work))
  const deleteParts = async (done: readonly Merge[]): Promise<void> => {
    await requireLease()
    await archive.delete(done.flatMap(({ parts }) => parts.map(({ key }) => key)))
  }
  const merge = async (objects: readonly RawObject[]): Promise<void> => {
    await requireLease()
    if (isFirst) await deleteLeftovers(config, archive)
    isFirst = false
    for (const group of mergeableGroups(objects.filter(isArchived), maxBytes)) {
      if (isClosed) return
      await orNotice(async () => {
        const merges = await mergeGroup(archive, group)
        merged.push(...merges)
      })
    }
  }
  return {
    takeInto(objects) {
      if (background.isRunning() || maxBytes === 0) return objects
      const done = merged
      merged = []
      if (done.length > 0) begin(() => deleteParts(done))
      else if (performance.now() >= due) {
        due = performance.now() + checkMilliseconds
        begin(() => merge(objects))
      }
      return withMerged(objects, done)
    },
    async close() {
      isClosed = true
      await background.settle()
    },
  }
}

const isArchived = (object: RawObject): object is ArchivedObject => object.log !== undefined

/** Deletes parts that an earlier stream had merged, and had not deleted yet. */
async function deleteLeftovers({ sources }: Config, archive: Storage): Promise<void> {
  for (const [source, { topic }] of Object.entries(sources))
    if (topic !== undefined)
      await archive.delete((await listTopic(archive, source, topic)).leftovers)
}
