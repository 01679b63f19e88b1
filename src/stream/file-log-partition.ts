import { type FileLogLine, readLines } from './file-log-lines.js'
import type { Chunk, Range } from './log-driver.js'
import type { LogRecord, Partition } from './log-source.js'

const measureBytes = 1_000_000

/** The file of one partition; it may grow while it is read, and nothing else may happen to it. */
export interface FilePartition {
  range(): Promise<Range>
  read(from: number, bytes: number): Promise<Chunk>
}

export function openFilePartition(file: string, partition: Partition): FilePartition {
  const { topic } = partition
  const range: Range = { topic, partition: partition.partition, start: 0, end: 0 }
  let measured = 0
  let cursor = { offset: 0, at: 0 }

  /** Reads on to the end of the file: only then is it known which offset is the last. */
  async function measure(): Promise<Range> {
    for (;;) {
      const { lines, at } = await readLines(file, measured, measureBytes)
      if (lines.length === 0) return { ...range }
      range.start = lines[0]?.start ?? range.start
      range.end = endOf(lines) ?? Math.max(range.start, range.end)
      measured = at
    }
  }

  return {
    range: measure,
    async read(from, bytes) {
      const { end } = await measure()
      if (cursor.offset !== from) cursor = { offset: from, at: 0 }
      for (;;) {
        const { lines, at } = await readLines(file, cursor.at, bytes)
        const records = recordsOf(lines, partition).filter(({ offset }) => offset >= from)
        const next = Math.max(from, endOf(lines) ?? from)
        cursor = { offset: next, at }
        if (next > from || lines.length === 0) {
          return { topic, partition: partition.partition, from, records, next, end }
        }
      }
    },
  }
}

function endOf(lines: readonly FileLogLine[]): number | undefined {
  const last = lines.at(-1)?.offset
  return last === undefined ? undefined : last + 1
}

const recordsOf = (lines: readonly FileLogLine[], { topic, partition }: Partition): LogRecord[] =>
  lines.flatMap(({ offset, timestamp, key, value, encoding }) => {
    if (offset === undefined || timestamp === undefined) return []
    const bytesOf = (text: string | null | undefined): Buffer | null =>
      text == null ? null : Buffer.from(text, encoding ?? 'utf8')
    return [{ topic, partition, offset, timestamp, key: bytesOf(key), value: bytesOf(value) }]
  })
