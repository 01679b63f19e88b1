import { bucketPlace } from './s3-client.js'
import { copyObject } from './s3-copy.js'
import { deleteObjects } from './s3-delete.js'
import { listObjects } from './s3-list.js'
import { readObject, readObjectText } from './s3-read.js'
import { writeObject } from './s3-write.js'
import type { Storage, StorageOptions } from './storage.js'

/** A bucket, or a prefix in one, as a storage: any store that speaks S3. */
export function openS3(url: string, options: StorageOptions = {}): Storage {
  const place = bucketPlace(url, options)
  return {
    url,
    list: (prefix) => listObjects(place, prefix),
    read: (key, etag) => readObject(place, key, etag),
    readText: (key) => readObjectText(place, key),
    write: (key, body, condition) => writeObject(place, key, body, condition),
    copy: (from, to) => copyObject(place, from, to),
    delete: (keys) => deleteObjects(place, keys),
  }
}
