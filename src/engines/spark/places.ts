import { pathToFileURL } from 'node:url'
import { urlOf } from '../../storage/place.js'
import { isBucketUrl } from '../../storage/storage.js'

/** The URL under which Spark knows what we know as `s3://bucket/key` or as the path of a file. */
export const sparkUrlOf = (url: string): string =>
  isBucketUrl(url) ? url.replace(/^s3:/i, 's3a:') : decodeURIComponent(pathToFileURL(url).href)

/** The same of all that lies in a storage below a prefix; both end in a slash. */
export const sparkFolderOf = (storage: string, prefix: string): string =>
  `${sparkUrlOf(urlOf(storage, prefix.slice(0, -1)))}/`
