import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3'
import PQueue from 'p-queue'
import { type BucketPlace, objectOf, objectUrl } from './s3-client.js'
import { isAbsent, nameOf, storeError } from './s3-errors.js'

const batchKeys = 1_000
const parallelDeletes = 8
// XML 1.0 has no way to write these, so a batch cannot name such a key.
const outsideXml = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u
const withoutBatches = ['NotImplemented', 'MethodNotAllowed', 'MissingContentMD5']

/** Deletes objects, a thousand in a request; a key that does not exist is no error. */
export async function deleteObjects(place: BucketPlace, keys: readonly string[]): Promise<void> {
  const plain = keys.filter((key) => !outsideXml.test(key))
  await deleteSingly(
    place,
    keys.filter((key) => outsideXml.test(key)),
  )
  for (let i = 0; i < plain.length; i += batchKeys) {
    await deleteBatch(place, plain.slice(i, i + batchKeys))
  }
}

async function deleteBatch(place: BucketPlace, keys: string[]): Promise<void> {
  try {
    const { Errors = [] } = await place.client.send(
      new DeleteObjectsCommand({
        Bucket: place.bucket,
        Delete: { Objects: keys.map((key) => ({ Key: place.prefix + key })), Quiet: true },
      }),
    )
    const refused = Errors.flatMap(({ Key }) => (Key === undefined ? [] : [Key]))
    // Asked again one by one, a key that stays refused fails with its own reason.
    await deleteSingly(
      place,
      refused.map((key) => key.slice(place.prefix.length)),
    )
  } catch (error) {
    if (!withoutBatches.includes(nameOf(error))) throw storeError(error, objectUrl(place, ''))
    await deleteSingly(place, keys)
  }
}

async function deleteSingly(place: BucketPlace, keys: string[]): Promise<void> {
  const queue = new PQueue({ concurrency: parallelDeletes })
  await queue.addAll(keys.map((key) => () => deleteOne(place, key)))
}

async function deleteOne(place: BucketPlace, key: string): Promise<void> {
  try {
    await place.client.send(new DeleteObjectCommand(objectOf(place, key)))
  } catch (error) {
    if (!isAbsent(error)) throw storeError(error, objectUrl(place, key))
  }
}
