import { type FileHandle, open, rename, rm } from 'node:fs/promises'

/*
 * A checkpoint of DuckDB counts with the header that it writes last, and writes over no rows of the checkpoint before. Its
 * metadata it also puts where blocks of the one before have room left: killed within such a write, it leaves a block that
 * nobody can read. So these blocks are put by before, in a rollback journal (the word is SQLite's) beside the file.
 */

/** The main header and two of the database, of which the later one counts; blocks come after them. */
const headerBytes = 3 * 4096
const blockBytes = 262_144
const numberBytes = 8

const journalOf = (file: string): string => `${file}.journal`
const placeOf = (block: bigint): number => headerBytes + Number(block) * blockBytes

/** Puts the headers and these blocks of a file by while a checkpoint writes to it; without one that ends well they count. */
export async function journaled(
  file: string,
  blocks: readonly bigint[],
  checkpoint: () => Promise<void>,
): Promise<void> {
  // Open until the end: to close any handle of a file lets go of the locks that this process has on it.
  const original = await open(file)
  try {
    const unfinished = `${journalOf(file)}.unfinished`
    await writeJournal(original, blocks, unfinished)
    await rename(unfinished, journalOf(file))
    await checkpoint()
  } finally {
    await original.close()
  }
  await rm(journalOf(file))
}

async function writeJournal(
  original: FileHandle,
  blocks: readonly bigint[],
  name: string,
): Promise<void> {
  const journal = await open(name, 'w', 0o600)
  try {
    await journal.writeFile(await read(original, 0, headerBytes))
    for (const block of blocks) {
      const number = Buffer.alloc(numberBytes)
      number.writeBigUInt64LE(block)
      await journal.writeFile(number)
      await journal.writeFile(await read(original, placeOf(block), blockBytes))
    }
  } finally {
    await journal.close()
  }
}

/** Whether a checkpoint of a file was begun and not ended: its headers are as when the journal was written. */
export const isUnfinished = (file: string): Promise<boolean> =>
  withJournal(file, file, async () => undefined)

/** Makes a copy of a file what the file was before the checkpoint that it may be in the middle of. */
export async function rollBack(file: string, copy: string): Promise<void> {
  await withJournal(file, copy, restore)
}

async function restore(journal: FileHandle, copy: FileHandle): Promise<void> {
  const { size } = await journal.stat()
  for (let at = headerBytes; at < size; at += numberBytes + blockBytes) {
    const block = (await read(journal, at, numberBytes)).readBigUInt64LE()
    const bytes = await read(journal, at + numberBytes, blockBytes)
    await copy.write(bytes, 0, blockBytes, placeOf(block))
  }
}

/** Uses a file's journal where it counts for a copy, and returns whether it does. */
async function withJournal(
  file: string,
  copy: string,
  use: (journal: FileHandle, copy: FileHandle) => Promise<void>,
): Promise<boolean> {
  const journal = await open(journalOf(file)).catch(() => undefined)
  if (journal === undefined) return false
  const opened = await open(copy, 'r+')
  try {
    const [told, found] = await Promise.all([journal, opened].map((f) => read(f, 0, headerBytes)))
    const counts = told!.equals(found!)
    if (counts) await use(journal, opened)
    return counts
  } finally {
    await Promise.all([journal.close(), opened.close()])
  }
}

/** Bytes of a file, fewer where it ends. */
async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
