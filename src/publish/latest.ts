import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ThroughlineError } from '../errors.js'
import type { Storage, StoredObject } from '../storage/storage.js'
import { isConflict } from './lease.js'
import { inParallel } from './parallel.js'
import { parseObject, type Release, readRelease, textOf } from './release.js'
import { writeOwn } from './write-own.js'

/** Says which release `latest/` shows, and whether it shows all of it. */
export const markerKey = 'latest/_release.json'

const shownFileSchema = z.object({
  table: z.string(),
  key: z.string(),
  /** The immutable file that `key` is a copy of. */
  source: z.string(),
  /** Of the copy; null from before it is made until all are made. */
  etag: z.string().nullable(),
  rows: z.number(),
  bytes: z.number(),
})

const markerSchema = z.object({
  format: z.literal(1),
  release: z.string(),
  /** While `refreshing`, tables in `latest/` may be of different releases; `source` of all files is of one. */
  state: z.enum(['refreshing', 'complete']),
  files: z.array(shownFileSchema),
})

type ShownFile = z.infer<typeof shownFileSchema>
type Marker = z.infer<typeof markerSchema>

/** One file of a release and, where the key is not immutable, the version of it that belongs to the release. */
export interface PinnedFile {
  table: string
  key: string
  etag?: string
  rows: number
  bytes: number
}

/**
 * What a reader of `latest/` who needs all tables of one release reads: the files there, pinned to their
 * versions, or the immutable ones while `latest/` is being refreshed. Undefined before the first release.
 */
export async function readLatest(
  storage: Storage,
): Promise<{ release: string; files: PinnedFile[] } | undefined> {
  const marker = (await readMarker(storage))?.marker ?? (await markerOfPointer(storage))
  if (marker === undefined) return undefined
  const stored = await listLatest(storage)
  const isWhole =
    marker.state === 'complete' &&
    marker.files.every(({ key, etag }) => etag !== null && stored.get(key)?.etag === etag)
  const files = marker.files.map(({ table, key, source, etag, rows, bytes }) =>
    isWhole && etag !== null
      ? { table, key, etag, rows, bytes }
      : { table, key: source, rows, bytes },
  )
  return { release: marker.release, files }
}

/** Makes `latest/` show the current release, whatever a run before left there; true if there was something to do. */
export async function repairLatest(storage: Storage): Promise<boolean> {
  // A run that was overtaken may still be copying: each round starts from what is there now.
  for (let rounds = 1; ; rounds++) {
    try {
      const current = await readRelease(storage)
      return current !== undefined && (await showRelease(storage, current.release))
    } catch (error) {
      if (!isConflict(error) || rounds === 5) throw error
      await sleep(100 * rounds)
    }
  }
}

async function showRelease(storage: Storage, release: Release): Promise<boolean> {
  const before = await readMarker(storage)
  const stored = await listLatest(storage)
  const files = filesOf(release).map((file) => asShown(file, before?.marker, stored))
  const stale = files.filter((file) => file.etag === null)
  const shown = new Set(files.map((file) => file.key))
  const extras = [...stored.keys()].filter((key) => !shown.has(key))
  const isDone = stale.length === 0 && extras.length === 0
  if (isDone && before?.marker.state === 'complete' && before.marker.release === release.release) {
    return false
  }
  let etag = before?.etag
  if (!isDone) {
    etag = await writeMarker(storage, { ...markerOf(release), state: 'refreshing', files }, etag)
    await inParallel(stale, (file) => storage.copy(file.source, file.key))
    await storage.delete(extras)
  }
  const copied = isDone ? files : await withEtags(storage, files)
  await writeMarker(storage, { ...markerOf(release), state: 'complete', files: copied }, etag)
  return true
}

const markerOf = ({ release }: Release): Pick<Marker, 'format' | 'release'> => ({
  format: 1,
  release,
})

/** The file with the etag of its copy if that is there and untouched, else with null. */
function asShown(
  file: ShownFile,
  marker: Marker | undefined,
  stored: ReadonlyMap<string, StoredObject>,
): ShownFile {
  const known = marker?.files.find(({ key }) => key === file.key)
  const isCopy = known?.source === file.source && known.etag === stored.get(file.key)?.etag
  return { ...file, etag: isCopy ? (known.etag ?? null) : null }
}

/** The etags of the copies just made; a copy that another run has overwritten meanwhile is a conflict. */
async function withEtags(storage: Storage, files: readonly ShownFile[]): Promise<ShownFile[]> {
  const stored = await listLatest(storage)
  return files.map((file) => {
    const copy = stored.get(file.key)
    const isAsExpected = copy?.bytes === file.bytes && (file.etag ?? copy.etag) === copy.etag
    if (copy && isAsExpected) return { ...file, etag: copy.etag }
    throw new ThroughlineError({
      code: 'conflict',
      at: file.key,
      expected: `a copy of ${file.source}`,
      found: copy ? 'another file' : 'none',
      remedy: 'Let the other run end, then run again: the release stands, latest/ is repaired.',
      retryable: true,
    })
  })
}

/** Our own files in `latest/`; what others put there is left alone. */
async function listLatest(storage: Storage): Promise<Map<string, StoredObject>> {
  const stored = new Map<string, StoredObject>()
  for await (const object of storage.list('latest/')) {
    if (/^latest\/[^/]+\/part-\d{4}\.parquet$/.test(object.key)) stored.set(object.key, object)
  }
  return stored
}

/** One fixed name a table: a copy over it replaces the whole table in one step. */
const filesOf = (release: Release): ShownFile[] =>
  Object.entries(release.tables).flatMap(([table, { files }]) =>
    files.map(({ key, rows, bytes }) => ({
      table,
      key: `latest/${table}/${key.slice(key.lastIndexOf('/') + 1)}`,
      source: key,
      etag: null,
      rows,
      bytes,
    })),
  )

async function markerOfPointer(storage: Storage): Promise<Marker | undefined> {
  const current = await readRelease(storage)
  if (current === undefined) return undefined
  return { ...markerOf(current.release), state: 'refreshing', files: filesOf(current.release) }
}

async function readMarker(storage: Storage): Promise<{ marker: Marker; etag: string } | undefined> {
  const found = await storage.readText(markerKey)
  return found && { marker: parseObject(markerKey, found.text, markerSchema), etag: found.etag }
}

function writeMarker(storage: Storage, marker: Marker, etag: string | undefined): Promise<string> {
  const condition = etag === undefined ? { ifAbsent: true as const } : { ifMatch: etag }
  return writeOwn(storage, markerKey, textOf(marker), condition)
}
