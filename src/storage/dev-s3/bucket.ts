import { compareKeys } from '../keys.js'
import type { ChecksumName } from './checksums.js'

/** One version of an object: what its headers say and where its bytes lie. */
export interface ObjectVersion {
  key: string
  versionId: string
  etag: string
  bytes: number
  /** Epoch milliseconds. */
  modifiedAt: number
  /** Stored headers that are sent back: content type, encoding, user metadata. */
  headers: Record<string, string>
  checksums: Partial<Record<ChecksumName, string>>
  tags: [string, string][]
  /** Path below the server's folder. */
  file: string
  /** Time of that file in milliseconds: another time means that somebody edited it. */
  fileTime: number
  isDeleteMarker?: boolean
}

export interface Bucket {
  name: string
  createdAt: number
  isVersioned: boolean
  /** Versions of each key, the newest last; never an empty list. */
  versions: Map<string, ObjectVersion[]>
  /** Keys in listing order, or undefined since a key came or went. */
  sortedKeys: string[] | undefined
}

export const emptyBucket = (name: string, createdAt: number): Bucket => ({
  name,
  createdAt,
  isVersioned: false,
  versions: new Map(),
  sortedKeys: undefined,
})

/** The object that a plain read of the key sees. */
export function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.versions.get(key)?.at(-1)
  return newest?.isDeleteMarker === true ? undefined : newest
}

/** Replaces the versions of a key; none removes it. */
export function setVersions(bucket: Bucket, key: string, versions: ObjectVersion[]): void {
  const isKnown = bucket.versions.has(key)
  if (versions.length === 0) bucket.versions.delete(key)
  else bucket.versions.set(key, versions)
  if (isKnown !== bucket.versions.has(key)) bucket.sortedKeys = undefined
}

/** Every key, in UTF-8 byte order. */
export function keysInOrder(bucket: Bucket): string[] {
  bucket.sortedKeys ??= [...bucket.versions.keys()].sort(compareKeys)
  return bucket.sortedKeys
}
