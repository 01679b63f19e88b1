import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { adoptFiles } from './adopt-files.js'
import {
  type Bucket,
  currentVersion,
  emptyBucket,
  type ObjectVersion,
  setVersions,
} from './bucket.js'
import type { Incoming } from './incoming.js'
import { compactIndex, noteBucket, noteVersions, readIndex } from './index-file.js'
import { invalid, S3Error } from './s3-error.js'

const stateFolder = '.dev-s3'
const plainSegment = /^[^\p{Cc}\\/]{1,100}$/u

/** Buckets as folders: an object `a/b` of bucket `raw` is the file `raw/a/b`, where a file can have that name. */
export interface ObjectFolder {
  buckets: Map<string, Bucket>
  /** Folder for bodies on their way in. */
  incoming: string
  pathOf: (version: ObjectVersion) => string
  createBucket: (name: string) => void
  deleteBucket: (bucket: Bucket) => void
  setVersioned: (bucket: Bucket, isVersioned: boolean) => void
  /** Makes the body the current version of its key, in one step that no other request can divide. */
  put: (bucket: Bucket, key: string, body: Incoming, about: About) => ObjectVersion
  remove: (bucket: Bucket, key: string, versionId?: string) => void
  setTags: (bucket: Bucket, version: ObjectVersion, tags: [string, string][]) => void
}

/** What an object has besides its bytes. */
export type About = Pick<ObjectVersion, 'etag' | 'headers' | 'checksums' | 'tags'>

/** Opens the folder, takes up what an earlier server left, and adopts files that somebody put there. */
export async function openObjectFolder(root: string): Promise<ObjectFolder> {
  const state = path.join(root, stateFolder)
  const incoming = path.join(state, 'incoming')
  rmSync(incoming, { recursive: true, force: true })
  mkdirSync(incoming, { recursive: true })
  const buckets = new Map<string, Bucket>()
  for (const name of readdirSync(root)) {
    const isBucket = isBucketName(name) && statSync(path.join(root, name)).isDirectory()
    if (!isBucket) continue
    mkdirSync(path.join(state, name), { recursive: true })
    const bucket = readIndex(indexFile(state, name), name)
    await adoptFiles(root, bucket)
    compactIndex(indexFile(state, name), bucket)
    buckets.set(name, bucket)
  }
  return { buckets, incoming, ...verbs(root, state, buckets) }
}

const isBucketName = (name: string): boolean => /^[a-z0-9][a-z0-9.-]{1,62}$/.test(name)

const indexFile = (state: string, bucket: string): string =>
  path.join(state, bucket, 'index.ndjson')

function verbs(
  root: string,
  state: string,
  buckets: Map<string, Bucket>,
): Omit<ObjectFolder, 'buckets' | 'incoming'> {
  const pathOf = (version: ObjectVersion): string => path.join(root, version.file)
  const note = (bucket: Bucket, key: string, versions: ObjectVersion[]): void => {
    setVersions(bucket, key, versions)
    noteVersions(indexFile(state, bucket.name), key, versions)
  }
  return {
    pathOf,
    createBucket(name) {
      if (!isBucketName(name)) throw invalid('InvalidBucketName', 'The bucket name is not valid.')
      mkdirSync(path.join(root, name), { recursive: true })
      mkdirSync(path.join(state, name), { recursive: true })
      buckets.set(name, emptyBucket(name, Date.now()))
      noteBucket(indexFile(state, name), buckets.get(name)!)
    },
    deleteBucket(bucket) {
      if (bucket.versions.size > 0) {
        throw new S3Error(409, 'BucketNotEmpty', 'The bucket still has objects.')
      }
      rmSync(path.join(root, bucket.name), { recursive: true })
      rmSync(path.join(state, bucket.name), { recursive: true })
      buckets.delete(bucket.name)
    },
    setVersioned(bucket, isVersioned) {
      bucket.isVersioned = isVersioned
      noteBucket(indexFile(state, bucket.name), bucket)
    },
    put(bucket, key, body, about) {
      const kept = retire(root, bucket, key)
      const version = placed(root, bucket.name, key, body, about)
      note(bucket, key, [...kept, version])
      return version
    },
    remove(bucket, key, versionId) {
      const versions = bucket.versions.get(key) ?? []
      if (versionId !== undefined || !bucket.isVersioned) {
        const removed = versions.filter((one) => (versionId ?? one.versionId) === one.versionId)
        for (const one of removed) if (one.file !== '') removeFile(root, one.file)
        note(
          bucket,
          key,
          versions.filter((one) => !removed.includes(one)),
        )
      } else if (currentVersion(bucket, key) !== undefined) {
        note(bucket, key, [...retire(root, bucket, key), deleteMarker(key)])
      }
    },
    setTags(bucket, version, tags) {
      version.tags = tags
      noteVersions(indexFile(state, bucket.name), version.key, bucket.versions.get(version.key)!)
    },
  }
}

/** Clears the way for a new version: the old one is removed, or kept under a hidden name. */
function retire(root: string, bucket: Bucket, key: string): ObjectVersion[] {
  const versions = bucket.versions.get(key) ?? []
  if (!bucket.isVersioned) {
    // A file under the object's own name stays until the new one takes its place.
    for (const { file } of versions)
      if (file !== naturalFile(bucket.name, key)) removeFile(root, file)
    return []
  }
  const newest = versions.at(-1)
  if (newest !== undefined && newest.file === naturalFile(bucket.name, key)) {
    const hidden = hiddenFile(root, bucket.name, newest.versionId)
    renameSync(path.join(root, newest.file), path.join(root, hidden))
    newest.file = hidden
  }
  return versions
}

function placed(
  root: string,
  bucket: string,
  key: string,
  body: Incoming,
  about: About,
): ObjectVersion {
  const versionId = randomUUID()
  const file =
    moved(root, body.file, naturalFile(bucket, key)) ?? hiddenFile(root, bucket, versionId)
  const target = path.join(root, file)
  if (file !== naturalFile(bucket, key)) renameSync(body.file, target)
  const modifiedAt = Date.now()
  const fileTime = statSync(target).mtimeMs
  return { key, versionId, bytes: body.bytes, modifiedAt, file, fileTime, ...about }
}

/** The path of an object by its own name, or undefined when no file should be called so. */
function naturalFile(bucket: string, key: string): string | undefined {
  const segments = key.split('/')
  const isPlain = segments.every((one) => plainSegment.test(one) && one !== '.' && one !== '..')
  return isPlain && key.length < 800 ? path.join(bucket, ...segments) : undefined
}

function hiddenFile(root: string, bucket: string, versionId: string): string {
  const folder = path.join(stateFolder, bucket, 'bodies')
  mkdirSync(path.join(root, folder), { recursive: true })
  return path.join(folder, versionId)
}

/** Moves a file to its name; undefined when a folder or a file is in the way, as for the keys `a` and `a/b`. */
function moved(root: string, from: string, to: string | undefined): string | undefined {
  if (to === undefined) return undefined
  try {
    mkdirSync(path.dirname(path.join(root, to)), { recursive: true })
    renameSync(from, path.join(root, to))
    return to
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'].includes(code)) return undefined
    throw error
  }
}

function removeFile(root: string, file: string): void {
  rmSync(path.join(root, file), { force: true })
  let folder = path.dirname(file)
  // Only folders below a bucket's own folder go away with their last object.
  while (folder.includes(path.sep) && !folder.startsWith(stateFolder)) {
    try {
      rmdirSync(path.join(root, folder))
    } catch {
      return
    }
    folder = path.dirname(folder)
  }
}

const deleteMarker = (key: string): ObjectVersion => ({
  key,
  versionId: randomUUID(),
  etag: '',
  bytes: 0,
  modifiedAt: Date.now(),
  headers: {},
  checksums: {},
  tags: [],
  file: '',
  fileTime: 0,
  isDeleteMarker: true,
})
