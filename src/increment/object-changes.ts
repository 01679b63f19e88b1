import { isOfLog } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'
import type { Engine } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { type KnownMerge, knownMerges } from './known-merges.js'

/** How a listing of the raw zone differs from what has been read. */
export interface ObjectChanges {
  /** Never read, or rewritten since. */
  toRead: RawObject[]
  /** Ids of objects whose rows no longer count: rewritten or deleted ones. */
  withdrawn: string[]
  withdrawnBytes: number
  /** Objects of logs that hold what others held, all of which have been read. */
  merges: KnownMerge[]
}

/** Bytes, as stored, up to which an increment is never too large. */
const smallBytes = 64 * 1024 * 1024

/** Whether so much is new or withdrawn that making everything costs less, and needs no more memory than ever. */
export function isMostlyNew(
  objects: readonly RawObject[],
  { toRead, withdrawnBytes }: Pick<ObjectChanges, 'toRead' | 'withdrawnBytes'>,
): boolean {
  const bytesOf = (some: readonly RawObject[]) => some.reduce((sum, { bytes }) => sum + bytes, 0)
  const changed = bytesOf(toRead) + withdrawnBytes
  return changed > smallBytes && changed > bytesOf(objects) / 2
}

/** Compares a listing with the ledger of objects that have been read. */
export async function objectChanges(
  engine: Engine,
  objects: readonly RawObject[],
): Promise<ObjectChanges> {
  const read = await engine.query(
    'select object_id, etag, bytes from object_reads order by object_id',
  )
  const etags = new Map(read.map(({ object_id, etag }) => [String(object_id), String(etag)]))
  const sizes = new Map(read.map(({ object_id, bytes }) => [String(object_id), Number(bytes)]))
  const listed = new Set(objects.map(({ objectId }) => objectId))
  const merges = knownMerges(objects, etags)
  const merged = new Set(merges.map(({ object }) => object))
  const parts = new Set(merges.flatMap((merge) => merge.parts))
  const toRead = objects.filter(
    (object) => etags.get(object.objectId) !== object.etag && !merged.has(object),
  )
  const rewritten = toRead.map(({ objectId }) => objectId).filter((id) => etags.has(id))
  const deleted = [...etags.keys()].filter((id) => !listed.has(id) && !parts.has(id))
  if (deleted.some(isOfLog) && ![...listed].some(isOfLog)) throw archiveGone(objects.length)
  const withdrawn = [...rewritten, ...deleted]
  const withdrawnBytes = withdrawn.reduce((sum, id) => sum + sizes.get(id)!, 0)
  return { toRead, withdrawn, withdrawnBytes, merges }
}

/** All of an archive at once is never meant to be withdrawn. */
const archiveGone = (found: number): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: 'stream.archive',
    expected: 'the archived records of logs that the tables hold',
    found: `none of them among ${found} objects`,
    remedy:
      'Correct stream.archive or storage.warehouse; if they are gone for good, `run --full` makes the tables without them.',
  })
