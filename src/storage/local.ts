import path from 'node:path'
import { listFolder } from './local-list.js'
import { localRootOf, relativePathOf } from './local-paths.js'
import { readFileText, readFileVersion } from './local-read.js'
import { versionOf } from './local-version.js'
import { deleteFile, removeAbandonedWrites, writeFileVersion } from './local-write.js'
import { absentError } from './object-errors.js'
import type { Storage } from './storage.js'

/** A folder as a storage: keys are the paths below it, files of other programs included. */
export function openLocal(url: string): Storage {
  const root = localRootOf(url)
  const fileOf = (key: string): string => path.join(root, relativePathOf(key))
  let cleaned: Promise<void> | undefined
  const clean = (): Promise<void> => {
    cleaned ??= removeAbandonedWrites(root)
    return cleaned
  }
  return {
    url,
    list: (prefix) => listFolder(root, prefix),
    read: (key, etag) => readFileVersion(fileOf(key), key, etag),
    readText: (key) => readFileText(fileOf(key), key),
    async write(key, body, condition) {
      await clean()
      return writeFileVersion(root, key, body, condition)
    },
    async copy(from, to) {
      await clean()
      if ((await versionOf(fileOf(from))) === undefined) throw absentError(from)
      await writeFileVersion(root, to, { file: fileOf(from) })
    },
    async delete(keys) {
      for (const key of keys) await deleteFile(root, key)
    },
  }
}
