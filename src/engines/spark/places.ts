import { pathToFileURL } from 'node:url'
import { isBucketUrl } from '../../storage/storage.js'

/** The URL under which Spark knows what we know as `s3://bucket/key` or as the path of a file. */
export const sparkUrlOf = (url: string): string =>
  isBucketUrl(url) ? url.replace(/^s3:/i, 's3a:') : decodeURIComponent(pathToFileURL(url).href)

/** A name in back quotes: of a column, or of files in `parquet.<name>`. */
export const backQuoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
