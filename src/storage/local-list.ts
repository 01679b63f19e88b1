import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { ThroughlineError } from '../errors.js'
import { compareKeys } from './keys.js'
import { relativePathOf, segmentOf, workFolder } from './local-paths.js'
import { fileError, isAbsence, versionOf } from './local-version.js'
import type { StoredObject } from './storage.js'

interface Place {
  folder: string
  /** Key of the folder, empty or ending in `/`. */
  key: string
  /** Real paths from the root down to here, to notice a link that leads back up. */
  above: readonly string[]
}

/** Files below `root` whose key starts with `prefix`, in UTF-8 byte order of the key. */
export async function* listFolder(root: string, prefix: string): AsyncGenerator<StoredObject> {
  const key = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const folder = key === '' ? root : path.join(root, relativePathOf(key.slice(0, -1)))
  yield* listPlace({ folder, key, above: [] }, prefix)
}

async function* listPlace(place: Place, prefix: string): AsyncGenerator<StoredObject> {
  const here = { ...place, above: [...place.above, await realPathOf(place)] }
  for (const entry of await entriesOf(place)) {
    const key = place.key + entry.name
    const isWanted = key.startsWith(prefix) || (entry.isFolder && prefix.startsWith(key))
    if (!isWanted) continue
    if (entry.isFolder) {
      yield* listPlace({ folder: entry.path, key, above: here.above }, prefix)
    } else {
      const version = await versionOf(entry.path)
      if (version !== undefined) yield { key, ...version }
    }
  }
}

interface Entry {
  /** Key segment, ending in `/` for a folder: so sorted, the walk meets the keys in order. */
  name: string
  path: string
  isFolder: boolean
}

async function entriesOf(place: Place): Promise<Entry[]> {
  const found: Entry[] = []
  for (const entry of await readFolder(place)) {
    if (place.key === '' && entry.name === workFolder) continue
    const file = path.join(place.folder, entry.name)
    const kind = entry.isSymbolicLink() ? await stat(file).catch(() => entry) : entry
    const segment = segmentOf(entry.name)
    if (kind.isDirectory()) found.push({ name: `${segment}/`, path: file, isFolder: true })
    else if (kind.isFile()) found.push({ name: segment, path: file, isFolder: false })
  }
  return found.sort((a, b) => compareKeys(a.name, b.name))
}

async function readFolder(place: Place) {
  try {
    return await readdir(place.folder, { withFileTypes: true })
  } catch (error) {
    if (isAbsence(error)) return []
    throw fileError(error, place.folder)
  }
}

async function realPathOf(place: Place): Promise<string> {
  const real = await realpath(place.folder).catch(() => place.folder)
  if (!place.above.includes(real)) return real
  throw new ThroughlineError({
    code: 'source',
    at: place.key,
    expected: 'folders that end somewhere',
    found: 'a link to a folder above itself',
    remedy: 'Remove the link.',
  })
}
