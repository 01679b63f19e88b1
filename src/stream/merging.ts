import { listTopic } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import { engineMessage } from '../engine-message.js'
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
  /** Told what failed: that stops no stream. */
  onNotice?: ((message: string) => void) | undefined
}

const mebibyte = 1024 * 1024
const checkMilliseconds = 60_000

export function createMerging({ config, zones: { archive }, onNotice }: MergingOptions): Merging {
  const maxBytes = config.stream.archive_merge_megabytes * mebibyte
  let merged: Merge[] = []
  let running: Promise<void> | undefined
  let due = 0
  let isFirst = true
  let isClosed = false
  const work = async (objects: readonly RawObject[]): Promise<void> => {
    if (isFirst) await deleteLeftovers(config, archive)
    isFirst = false
    for (const group of mergeableGroups(objects.filter(isArchived), maxBytes)) {
      if (isClosed) return
      await mergeGroup(archive, group).then((merges) => merged.push(...merges), giveNotice)
    }
  }
  const giveNotice = (error: unknown): void =>
    onNotice?.(`Archived objects stay as they are: ${engineMessage(error).replaceAll('\n', ' ')}`)
  const begin = (task: () => Promise<void>): void => {
    running = task()
      .catch(giveNotice)
      .finally(() => {
        running = undefined
      })
  }
  return {
    takeInto(objects) {
      if (running || maxBytes === 0) return objects
      const done = merged
      merged = []
      if (done.length > 0)
        begin(() => archive.delete(done.flatMap(({ parts }) => parts.map(({ key }) => key))))
      else if (Date.now() >= due) {
        due = Date.now() + checkMilliseconds
        begin(() => work(objects))
      }
      return withMerged(objects, done)
    },
    async close() {
      isClosed = true
      await running
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
