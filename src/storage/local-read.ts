import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { etagOf, fileError, isAbsence, versionOf } from './local-version.js'
import { absentError, changedError } from './object-errors.js'

const chunkBytes = 256 * 1024
const maxTries = 100

/** A stream of one version of a file; it fails at its end when the file was changed meanwhile. */
export async function readFileVersion(file: string, key: string, etag?: string): Promise<Readable> {
  const opened = await openVersion(file, key, etag)
  if (opened === undefined) throw absentError(key)
  const chunks = chunksOf(opened, key)
  const stream = Readable.from(chunks, { objectMode: false, highWaterMark: chunkBytes })
  // A generator that never ran cannot clean up after itself.
  stream.once('close', () => opened.handle.close().catch(() => undefined))
  return stream
}

/** A whole file as text with its etag, or undefined when there is none. */
export async function readFileText(
  file: string,
  key: string,
): Promise<{ text: string; etag: string } | undefined> {
  for (let tries = 1; ; tries++) {
    const version = await versionOf(file)
    if (version === undefined) return undefined
    try {
      const chunks = []
      for await (const chunk of await readFileVersion(file, key, version.etag)) chunks.push(chunk)
      return { text: Buffer.concat(chunks).toString('utf8'), etag: version.etag }
    } catch (error) {
      // Replaced between the two looks: look again, as a reader of a bucket would see either version.
      if (tries === maxTries) throw error
    }
  }
}

interface OpenedFile {
  handle: FileHandle
  found: BigIntStats
}

async function openVersion(
  file: string,
  key: string,
  etag: string | undefined,
): Promise<OpenedFile | undefined> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isAbsence(error)) return undefined
    throw fileError(error, file)
  })
  if (handle === undefined) return undefined
  const found = await handle.stat({ bigint: true })
  const isWanted = found.isFile() && (etag === undefined || etagOf(found) === etag)
  if (isWanted) return { handle, found }
  await handle.close()
  if (!found.isFile()) return undefined
  throw changedError(key)
}

async function* chunksOf({ handle, found }: OpenedFile, key: string): AsyncGenerator<Buffer> {
  try {
    let bytes = 0n
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes)
      if (bytesRead === 0) break
      bytes += BigInt(bytesRead)
      yield buffer.subarray(0, bytesRead)
    }
    // The change time is left out: it also moves when the file is replaced under an open reader.
    const after = await handle.stat({ bigint: true })
    if (bytes !== found.size || after.mtimeNs !== found.mtimeNs) throw changedError(key)
  } finally {
    await handle.close()
  }
}
