import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FilePartition, openFilePartition } from './file-log-partition.js'
import { type Assignment, type Chunk, type LogDriver, nameOf } from './log-driver.js'
import { absentTopicError } from './log-errors.js'
import type { LogSource, Partition, ReadOptions } from './log-source.js'
import { openLog } from './open-log.js'

const lookMilliseconds = 10

export interface FileLogOptions extends ReadOptions {
  /** Which of the partitions are this process's; all of them unless told otherwise. */
  assign?: (all: readonly Partition[]) => Assignment
}

/** A log in a folder: one append-only file a partition, `<topic>-<partition>.ndjson`, of `FileLogLine`s. */
export const openFileLog = (folder: string, options: FileLogOptions): Promise<LogSource> =>
  openLog(fileDriver(folder, options), options)

export const partitionFile = (folder: string, { topic, partition }: Partition): string =>
  path.join(folder, `${topic}-${partition}.ndjson`)

function fileDriver(folder: string, options: FileLogOptions): LogDriver {
  const { topics, assign = (partitions) => ({ revision: 0, partitions }) } = options
  const files = new Map<string, FilePartition>()
  const fileOf = (partition: Partition): FilePartition => {
    const name = nameOf(partition)
    const file = files.get(name) ?? openFilePartition(partitionFile(folder, partition), partition)
    files.set(name, file)
    return file
  }
  const fetchNow: LogDriver['fetch'] = async (from, bytes) => {
    const chunks: Chunk[] = []
    for (const one of from) chunks.push(await fileOf(one).read(one.offset, bytes))
    return chunks.filter((chunk) => chunk.next > chunk.from)
  }
  return {
    assigned: async () => assign(await partitionsIn(folder, topics)),
    ranges: (partitions) => Promise.all(partitions.map((partition) => fileOf(partition).range())),
    async fetch(from, bytes, milliseconds) {
      const chunks = await fetchNow(from, bytes, milliseconds)
      if (chunks.length === 0) await sleep(Math.min(lookMilliseconds, milliseconds))
      return chunks
    },
    close: async () => undefined,
  }
}

async function partitionsIn(folder: string, topics: readonly string[]): Promise<Partition[]> {
  const names = await readdir(folder)
  const found = names.flatMap((name) => {
    const [, topic, partition] = /^(.+)-(\d+)\.ndjson$/.exec(name) ?? []
    return topic === undefined ? [] : [{ topic, partition: Number(partition) }]
  })
  const absent = topics.find((topic) => !found.some((one) => one.topic === topic))
  if (absent !== undefined) throw absentTopicError(absent, folder)
  return found
    .filter(({ topic }) => topics.includes(topic))
    .sort((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition)
}
