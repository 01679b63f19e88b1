import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { inParallel } from '../publish/parallel.js'
import { adoptState } from '../state/state-files.js'
import type { Storage } from '../storage/storage.js'
import { type Checkpoint, parseCheckpoint, readPointer, type StateFile } from './checkpoint.js'
import { fetchPart } from './parts.js'

/** The warehouse's checkpoint if its tables are those of this config and version; throws when nobody can tell. */
export async function fittingCheckpoint(
  warehouse: Storage,
  configHash: string,
): Promise<Checkpoint | undefined> {
  const found = await readPointer(warehouse)
  const checkpoint = found && parseCheckpoint(found.text)
  return checkpoint?.config_hash === configHash ? checkpoint : undefined
}

/**
 * Puts the files of a checkpoint in the place of what a state folder holds, once all of them are there and are what was
 * stored; throws `source` otherwise, and the folder stays as it is.
 */
export async function restoreCheckpoint(
  warehouse: Storage,
  { files }: Checkpoint,
  folder: string,
): Promise<void> {
  const into = path.join(folder, 'restoring')
  await rm(into, { recursive: true, force: true })
  try {
    for (const file of files) await fetchFile(warehouse, file, path.join(into, file.name))
    await adoptState(folder, into)
  } finally {
    await rm(into, { recursive: true, force: true })
  }
}

async function fetchFile(warehouse: Storage, { parts }: StateFile, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
  const handle = await open(target, 'wx', 0o600)
  let end = 0
  const placed = parts.map((part) => {
    const at = end
    end += part.bytes
    return { part, at }
  })
  try {
    await inParallel(placed, async ({ part, at }) => {
      const content = await fetchPart(warehouse, part)
      await handle.write(content, 0, content.length, at)
    })
  } finally {
    await handle.close()
  }
}
