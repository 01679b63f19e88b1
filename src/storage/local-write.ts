import { randomUUID } from 'node:crypto'
import { copyFile, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder } from './local-folder.js'
import { withKeyLock } from './local-lock.js'
import { relativePathOf, workFolder } from './local-paths.js'
import { errorCodeOf, fileError, versionOf } from './local-version.js'
import { changedError, conflictError } from './object-errors.js'
import type { WriteBody, WriteCondition } from './storage.js'

const abandonedMs = 24 * 3600 * 1000
const maxMoves = 20

/** Writes a file all or nothing and returns its new etag; the condition is checked under the key's lock. */
export async function writeFileVersion(
  root: string,
  key: string,
  body: WriteBody,
  condition?: WriteCondition,
): Promise<string> {
  const target = path.join(root, relativePathOf(key))
  const temporary = path.join(root, workFolder, 'writing', randomUUID())
  try {
    await writeTemporary(temporary, body)
    return await withKeyLock(lockFolder(root), key, async () => {
      if (condition !== undefined) await requireCondition(target, key, condition)
      await moveTo(temporary, target)
      const written = await versionOf(target)
      if (written === undefined) throw changedError(key)
      return written.etag
    })
  } catch (error) {
    throw fileError(error, target)
  } finally {
    // What cannot be removed was never made, or goes with the abandoned writes; the first error is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** Deletes one file, and the folders that it leaves empty. */
export async function deleteFile(root: string, key: string): Promise<void> {
  const target = path.join(root, relativePathOf(key))
  try {
    await withKeyLock(lockFolder(root), key, () => rm(target, { force: true }))
  } catch (error) {
    if (!['ENOTDIR', 'ERR_FS_EISDIR'].includes(errorCodeOf(error))) throw fileError(error, target)
  }
  await removeEmptyFolders(root, path.dirname(target))
}

/** Removes what killed writers left behind more than a day ago. */
export async function removeAbandonedWrites(root: string): Promise<void> {
  const folder = path.join(root, workFolder, 'writing')
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name)
    const found = await stat(file).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedMs) {
      await rm(file, { force: true })
    }
  }
}

const lockFolder = (root: string): string => path.join(root, workFolder, 'locks')

async function writeTemporary(temporary: string, body: WriteBody): Promise<void> {
  await makeFolder(path.dirname(temporary))
  const isFile = typeof body === 'object' && 'file' in body
  if (isFile) await copyFile(body.file, temporary)
  const handle = await open(temporary, isFile ? 'r+' : 'wx')
  try {
    if (!isFile) await handle.writeFile(body)
    // On the disk before it gets its name: a power cut leaves the old version or the new one.
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function requireCondition(
  target: string,
  key: string,
  condition: WriteCondition,
): Promise<void> {
  const found = await versionOf(target)
  if ('ifAbsent' in condition) {
    if (found !== undefined) throw conflictError(key, 'no object')
  } else if (found?.etag !== condition.ifMatch) {
    throw conflictError(key, 'the version that was read before')
  }
}

async function moveTo(temporary: string, target: string): Promise<void> {
  for (let moves = 1; ; moves++) {
    try {
      await makeFolder(path.dirname(target))
      await rename(temporary, target)
      return
    } catch (error) {
      // A deleter removed the folder, empty until now, between the two calls.
      if (errorCodeOf(error) !== 'ENOENT' || moves === maxMoves) throw error
    }
  }
}

async function removeEmptyFolders(root: string, folder: string): Promise<void> {
  if (folder === root || !folder.startsWith(root)) return
  const isRemoved = await rmdir(folder).then(
    () => true,
    () => false,
  )
  if (isRemoved) await removeEmptyFolders(root, path.dirname(folder))
}
