import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { localRootOf, relativePathOf } from './local-paths.js'
import { bucketPathOf } from './s3-client.js'
import { isBucketUrl } from './storage.js'

/** What every key of a storage has before it, ending in `/`; the same for every spelling of the same place. */
export function placeOf(url: string): string {
  if (!isBucketUrl(url)) return `${realPathOf(localRootOf(url)).replace(/\/$/, '')}/`
  const { bucket, prefix } = bucketPathOf(url)
  return `s3://${bucket}/${prefix}`
}

/** The one spelling of where an object lies: s3://bucket/key, or the path of a file. */
export const urlOf = (url: string, key: string): string =>
  placeOf(url) + (isBucketUrl(url) ? key : relativePathOf(key))

/** The path without links, also of a folder that is not there yet. */
const realPathOf = (folder: string): string =>
  existsSync(folder)
    ? realpathSync(folder)
    : path.join(realPathOf(path.dirname(folder)), path.basename(folder))
