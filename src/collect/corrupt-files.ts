import PQueue from 'p-queue'
import type { Engine, LandedFile } from '../engines/engine.js'

/** Files that a cluster reads side by side to find those that cannot be read. */
const readAtATime = 8

interface OfFile {
  file: Pick<LandedFile, 'path' | 'format'>
}

/**
 * Works on files; when that fails because some cannot be read, works on the others alone and names these. Only a
 * failure makes the engine read each file by itself, so sound files cost nothing.
 */
export async function withoutCorrupt<T extends OfFile, R>(
  engine: Engine,
  files: readonly T[],
  work: (readable: readonly T[]) => Promise<R>,
): Promise<{ done?: R; corrupt: T[] }> {
  try {
    return { done: await work(files), corrupt: [] }
  } catch (error) {
    const corrupt = await corruptAmong(engine, files)
    if (corrupt.length === 0) throw error
    const readable = files.filter((file) => !corrupt.includes(file))
    return readable.length === 0 ? { corrupt } : { done: await work(readable), corrupt }
  }
}

async function corruptAmong<T extends OfFile>(engine: Engine, files: readonly T[]): Promise<T[]> {
  const queue = new PQueue({ concurrency: engine.isDistributed ? readAtATime : 1 })
  const isWhole = await queue.addAll(
    files.map(
      ({ file }) =>
        () =>
          engine.readsWhole(file),
    ),
  )
  return files.filter((_, index) => !isWhole[index])
}
