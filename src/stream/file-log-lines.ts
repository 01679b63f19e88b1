import { type FileHandle, open } from 'node:fs/promises'

/** A line of a partition's file: a record, an offset that holds none, or where the log begins after a deletion. */
export interface FileLogLine {
  /** Only on the first line: records before this offset were deleted. */
  start?: number
  offset?: number
  /** Absent where the offset holds no record, as compaction and transactions leave it. */
  timestamp?: number
  key?: string | null
  value?: string | null
  /** Of key and value; text is UTF-8, and what is not is written in base64. */
  encoding?: 'base64'
}

/** Whole lines from a place in the file on, at least one where there is one, about so many bytes. */
export async function readLines(
  file: string,
  at: number,
  bytes: number,
): Promise<{ lines: FileLogLine[]; at: number }> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    for (let length = Math.max(bytes, 65_536); ; length *= 2) {
      const text = await readPart(handle, at, Math.min(length, size - at))
      // A line that is still being written has no end yet.
      const end = text.lastIndexOf(10) + 1
      if (end > 0) return { lines: parsed(text.subarray(0, end)), at: at + end }
      if (at + length >= size) return { lines: [], at }
    }
  } finally {
    await handle.close()
  }
}

async function readPart(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(length, 0))
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
  return buffer.subarray(0, bytesRead)
}

const parsed = (text: Buffer): FileLogLine[] =>
  text
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as FileLogLine)
