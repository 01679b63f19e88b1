import { isUtf8 } from 'node:buffer'
import { appendFile } from 'node:fs/promises'
import { partitionFile } from './file-log.js'
import type { FileLogLine } from './file-log-lines.js'
import type { LogRecord, Partition } from './log-source.js'

/** A record that has no place yet. */
export type NewRecord = Pick<LogRecord, 'key' | 'value' | 'timestamp'>

/** Appends records to a partition's file, the first at this offset. */
export async function appendToFileLog(
  folder: string,
  partition: Partition,
  offset: number,
  records: readonly NewRecord[],
): Promise<void> {
  const lines = records.map(
    (record, index) => `${JSON.stringify(lineOf(record, offset + index))}\n`,
  )
  await appendFile(partitionFile(folder, partition), lines.join(''))
}

function lineOf({ key, value, timestamp }: NewRecord, offset: number): FileLogLine {
  const encoding = [key, value].every((bytes) => bytes === null || isUtf8(bytes))
    ? 'utf8'
    : 'base64'
  const textOf = (bytes: Buffer | null): string | null => bytes?.toString(encoding) ?? null
  return {
    offset,
    timestamp,
    key: textOf(key),
    value: textOf(value),
    ...(encoding === 'base64' ? { encoding } : {}),
  }
}
