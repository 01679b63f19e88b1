import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import PQueue from 'p-queue'
import { type BucketPlace, bareEtag, objectOf } from './s3-client.js'
import type { PendingWrite } from './s3-write.js'

const maxParts = 10_000

interface Part {
  number: number
  from: number
  to: number
}

interface Upload {
  key: string
  metadata?: Record<string, string> | undefined
  conditions?: PendingWrite['conditions']
  bytes: number
  partBytes: number
  /** Named at the start and repeated for every part, or the store refuses the end. */
  checksum?: 'CRC32' | undefined
  send: (part: Part, uploadId: string) => Promise<CompletedPart>
}

/** Sends a large body in parts, a bounded number at a time, and returns the etag of the whole. */
export function putParts(place: BucketPlace, write: PendingWrite): Promise<string> {
  const checksum = place.hasChecksums ? 'CRC32' : undefined
  return uploaded(place, {
    ...write,
    bytes: write.source.bytes,
    partBytes: place.partBytes,
    checksum,
    async send(part, UploadId) {
      const { ETag, ChecksumCRC32 } = await place.client.send(
        new UploadPartCommand({
          ...objectOf(place, write.key),
          UploadId,
          PartNumber: part.number,
          ChecksumAlgorithm: checksum,
          Body: await write.source.read(part.from, part.to),
        }),
      )
      const sums = checksum === undefined ? {} : { ChecksumCRC32 }
      return { ETag, ...sums, PartNumber: part.number }
    },
  })
}

/** Copies an object too large for one request inside the store, pinned to one version of its source. */
export const copyParts = (
  place: BucketPlace,
  source: { CopySource: string; CopySourceIfMatch: string | undefined },
  to: { key: string; bytes: number; metadata: Record<string, string> | undefined },
): Promise<string> =>
  uploaded(place, {
    ...to,
    partBytes: place.copyLimitBytes,
    async send(part, UploadId) {
      const { CopyPartResult } = await place.client.send(
        new UploadPartCopyCommand({
          ...objectOf(place, to.key),
          ...source,
          CopySourceRange: `bytes=${part.from}-${part.to - 1}`,
          UploadId,
          PartNumber: part.number,
        }),
      )
      return { ETag: CopyPartResult?.ETag, PartNumber: part.number }
    },
  })

async function uploaded(place: BucketPlace, upload: Upload): Promise<string> {
  const target = objectOf(place, upload.key)
  const { UploadId = '' } = await place.client.send(
    new CreateMultipartUploadCommand({
      ...target,
      Metadata: upload.metadata,
      ChecksumAlgorithm: upload.checksum,
    }),
  )
  try {
    const { ETag } = await place.client.send(
      new CompleteMultipartUploadCommand({
        ...target,
        ...upload.conditions,
        UploadId,
        MultipartUpload: { Parts: await sentParts(place, upload, UploadId) },
      }),
    )
    return bareEtag(ETag)
  } catch (error) {
    // Parts of an upload that was given up cost money until they are removed; the first error counts.
    await place.client
      .send(new AbortMultipartUploadCommand({ ...target, UploadId }))
      .catch(() => undefined)
    throw error
  }
}

async function sentParts(
  place: BucketPlace,
  upload: Upload,
  uploadId: string,
): Promise<CompletedPart[]> {
  const queue = new PQueue({ concurrency: place.parallelParts })
  try {
    return await queue.addAll(partsOf(upload).map((part) => () => upload.send(part, uploadId)))
  } finally {
    queue.clear()
    await queue.onIdle()
  }
}

function partsOf({ bytes, partBytes }: Upload): Part[] {
  const size = Math.max(partBytes, Math.ceil(bytes / maxParts))
  return Array.from({ length: Math.ceil(bytes / size) }, (_, i) => ({
    number: i + 1,
    from: i * size,
    to: Math.min(bytes, (i + 1) * size),
  }))
}
