import type { Readable } from 'node:stream'
import { ThroughlineError } from '../errors.js'
import { openLocal } from './local.js'
import { openS3 } from './s3.js'

/** One object as a listing shows it; the key is relative to the storage's root prefix. */
export interface StoredObject {
  key: string
  etag: string
  bytes: number
  modifiedAt: Date
}

/** What must hold when the write takes effect; otherwise nothing is written. */
export type WriteCondition = { ifAbsent: true } | { ifMatch: string }

export type WriteBody = string | Uint8Array | { file: string }

/** Objects in, releases out: the same few verbs on a bucket and on a folder. */
export interface Storage {
  readonly url: string
  /** Objects whose key starts with `prefix`, in UTF-8 byte order of the key, however many there are. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** The bytes of one version; throws `source` when the object is absent or is not `etag` any more. */
  read(key: string, etag?: string): Promise<Readable>
  /** A small object as UTF-8 text, or undefined when there is none. */
  readText(key: string): Promise<{ text: string; etag: string } | undefined>
  /** Writes all or nothing and returns the new etag; throws `conflict` when the condition fails. */
  write(key: string, body: WriteBody, condition?: WriteCondition): Promise<string>
  copy(from: string, to: string): Promise<void>
  /** Deletes the keys; one that does not exist is no error. */
  delete(keys: readonly string[]): Promise<void>
}

/** How to reach an S3-compatible store; credentials come from the environment alone. */
export interface StorageOptions {
  endpoint?: string | undefined
  region?: string | undefined
  forcePathStyle?: boolean | undefined
  requestChecksumCalculation?: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED' | undefined
  responseChecksumValidation?: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED' | undefined
  /** Tries of one request or of one stretch of a body, the first included. */
  maxAttempts?: number | undefined
  /** Bodies above this many bytes are sent in parts of this size. */
  partBytes?: number | undefined
  /** Parts of one body under way at a time; memory is this times `partBytes`. */
  parallelParts?: number | undefined
  /** Milliseconds without a byte after which a body counts as cut. */
  stallMs?: number | undefined
}

/** Opens `s3://bucket/prefix` or a local folder; nothing is contacted before the first verb. */
export const openStorage = (url: string, options: StorageOptions = {}): Storage =>
  isBucketUrl(url) ? openS3(url, options) : openLocal(url)

/** Whether a URL names a bucket, else it is a local folder; throws `config` for anything else. */
export function isBucketUrl(url: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined || scheme === 'file') return false
  if (scheme === 's3') return true
  throw new ThroughlineError({
    code: 'config',
    at: url,
    expected: 's3://bucket/prefix or a local folder',
    found: `scheme ${scheme}`,
    remedy: 'Correct the storage URL in the config.',
  })
}
