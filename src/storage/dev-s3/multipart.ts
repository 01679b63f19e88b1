import { createHash, randomUUID } from 'node:crypto'
import { closeSync, createReadStream, openSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { type ChecksumName, checksumNames, checksumOf } from './checksums.js'
import { bucketOf, type Context, type Operation } from './context.js'
import { type Incoming, receive, receiveText } from './incoming.js'
import { copySourceOf, finishPut, headersToStore, rangeOf, versionHeaders } from './objects.js'
import { emptyReply, xmlReply } from './reply.js'
import type { S3Request } from './request.js'
import { invalid, S3Error } from './s3-error.js'
import { xmlElements, xmlText } from './xml.js'

const minPartBytes = 5 * 1024 * 1024

interface Upload {
  id: string
  bucket: string
  key: string
  startedAt: number
  headers: Record<string, string>
  /** The checksum that was named at the start; without one, the end may name none either. */
  checksum: string | undefined
  parts: Map<number, Incoming>
}

/** Uploads under way, by their id; a restart forgets them. */
export type Uploads = Map<string, Upload>

const createMultipartUpload: Operation = (context, request) => {
  const { name } = bucketOf(context, request.bucket)
  const id = randomUUID()
  const headers = headersToStore(request)
  const startedAt = Date.now()
  const checksum = request.header('x-amz-checksum-algorithm')?.toLowerCase()
  context.uploads.set(id, {
    id,
    bucket: name,
    key: request.key,
    startedAt,
    headers,
    checksum,
    parts: new Map(),
  })
  return xmlReply('InitiateMultipartUploadResult', {
    Bucket: name,
    Key: request.key,
    UploadId: id,
  })
}

function uploadOf(context: Context, request: S3Request): Upload {
  const upload = context.uploads.get(request.query.get('uploadId') ?? '')
  if (upload?.bucket === request.bucket && upload.key === request.key) return upload
  throw new S3Error(404, 'NoSuchUpload', 'The upload does not exist, or has ended.')
}

function addPart(upload: Upload, request: S3Request, part: Incoming): void {
  const number = Number(request.query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalid('InvalidArgument', 'A part number lies between 1 and 10,000.')
  }
  const replaced = upload.parts.get(number)
  if (replaced !== undefined) rmSync(replaced.file, { force: true })
  upload.parts.set(number, part)
}

const uploadPart: Operation = async (context, request) => {
  const upload = uploadOf(context, request)
  const part = await receive(request, context.folder.incoming)
  addPart(upload, request, part)
  const checksums = Object.entries(part.checksums)
  return emptyReply(200, {
    etag: `"${part.md5}"`,
    ...Object.fromEntries(checksums.map(([name, value]) => [`x-amz-checksum-${name}`, value])),
  })
}

const uploadPartCopy: Operation = async (context, request) => {
  const upload = uploadOf(context, request)
  const source = copySourceOf(context, request)
  const [from, to] = rangeOf(request, source.bytes, 'x-amz-copy-source-range') ?? [0, source.bytes]
  const file = path.join(context.folder.incoming, randomUUID())
  const descriptor = openSync(context.folder.pathOf(source), 'r')
  const md5 = createHash('md5')
  const handle = await open(file, 'wx')
  try {
    if (to > from) await append(handle, descriptor, from, to, (chunk) => md5.update(chunk))
  } finally {
    await handle.close()
    closeSync(descriptor)
  }
  const part = { file, bytes: to - from, md5: md5.digest('hex'), checksums: {} }
  addPart(upload, request, part)
  return xmlReply('CopyPartResult', {
    ETag: `"${part.md5}"`,
    LastModified: new Date().toISOString(),
  })
}

type Handle = Awaited<ReturnType<typeof open>>

async function append(
  handle: Handle,
  descriptor: number,
  from: number,
  to: number,
  seen: (chunk: Buffer) => void,
): Promise<void> {
  const stream = createReadStream('', {
    fd: descriptor,
    autoClose: false,
    start: from,
    end: to - 1,
    highWaterMark: 1 << 20,
  })
  for await (const chunk of stream) {
    seen(chunk)
    await handle.writeFile(chunk)
  }
}

const completeMultipartUpload: Operation = async (context, request) => {
  const upload = uploadOf(context, request)
  const bucket = bucketOf(context, request.bucket)
  const parts = namedParts(upload, await receiveText(request))
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.md5, 'hex')))
  const etag = `${createHash('md5').update(digests).digest('hex')}-${parts.length}`
  const body = await joined(context, parts, etag)
  // A second completion may have won while the parts were joined.
  uploadOf(context, request)
  const { checksums } = body
  const version = finishPut(context, request, bucket, body, {
    etag,
    headers: upload.headers,
    checksums,
    tags: [],
  })
  discard(context, upload)
  const headers = versionHeaders(bucket, version, false)
  return xmlReply(
    'CompleteMultipartUploadResult',
    { Bucket: bucket.name, Key: request.key, ETag: `"${etag}"` },
    200,
    headers,
  )
}

function namedParts(upload: Upload, xml: string): Incoming[] {
  const named = xmlElements(xml, 'Part').map((part) => ({
    number: Number(xmlText(part, 'PartNumber')),
    etag: xmlText(part, 'ETag')?.replaceAll('"', ''),
    checksums: checksumNames.flatMap((name) => {
      const value = xmlText(part, `Checksum${name.toUpperCase()}`)
      return value === undefined ? [] : [{ name, value }]
    }),
  }))
  if (named.length === 0) throw invalid('MalformedXML', 'The completion names no part.')
  return named.map(({ number, etag, checksums }, i) => {
    const part = upload.parts.get(number)
    const isWrong = checksums.some(
      ({ name, value }) => name !== upload.checksum || part?.checksums[name] !== value,
    )
    if (part === undefined || part.md5 !== etag || isWrong) {
      throw invalid('InvalidPart', 'A part is missing, or is not the one that was sent.')
    }
    if (i > 0 && named[i - 1]!.number >= number) {
      throw invalid('InvalidPartOrder', 'The parts are not in order.')
    }
    if (i < named.length - 1 && part.bytes < minPartBytes) {
      throw invalid('EntityTooSmall', 'A part before the last is smaller than 5 MiB.')
    }
    return part
  })
}

async function joined(context: Context, parts: Incoming[], md5: string): Promise<Incoming> {
  const file = path.join(context.folder.incoming, randomUUID())
  const handle = await open(file, 'wx')
  try {
    for (const part of parts) {
      if (part.bytes === 0) continue
      const descriptor = openSync(part.file, 'r')
      await append(handle, descriptor, 0, part.bytes, () => {}).finally(() => closeSync(descriptor))
    }
  } finally {
    await handle.close()
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  return { file, bytes, md5, checksums: compositeChecksums(parts) }
}

/** The checksum of the parts' checksums, for each algorithm that every part has. */
function compositeChecksums(parts: Incoming[]): Incoming['checksums'] {
  const composites = checksumNames.flatMap((name): [ChecksumName, string][] => {
    const values = parts.flatMap((part) => part.checksums[name] ?? [])
    if (values.length < parts.length) return []
    const bytes = Buffer.concat(values.map((value) => Buffer.from(value, 'base64')))
    return [[name, `${checksumOf(name, bytes)}-${parts.length}`]]
  })
  return Object.fromEntries(composites)
}

function discard(context: Context, upload: Upload): void {
  for (const part of upload.parts.values()) rmSync(part.file, { force: true })
  context.uploads.delete(upload.id)
}

const abortMultipartUpload: Operation = (context, request) => {
  discard(context, uploadOf(context, request))
  return emptyReply(204)
}

const listParts: Operation = (context, request) => {
  const upload = uploadOf(context, request)
  const parts = [...upload.parts].sort(([a], [b]) => a - b)
  return xmlReply('ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    IsTruncated: false,
    Part: parts.map(([PartNumber, part]) => ({
      PartNumber,
      ETag: `"${part.md5}"`,
      Size: part.bytes,
    })),
  })
}

const listMultipartUploads: Operation = (context, request) => {
  const { name } = bucketOf(context, request.bucket)
  const prefix = request.query.get('prefix') ?? ''
  const uploads = [...context.uploads.values()].filter(
    (upload) => upload.bucket === name && upload.key.startsWith(prefix),
  )
  return xmlReply('ListMultipartUploadsResult', {
    Bucket: name,
    IsTruncated: false,
    Upload: uploads.map(({ id, key, startedAt }) => ({
      Key: key,
      UploadId: id,
      Initiated: new Date(startedAt).toISOString(),
    })),
  })
}

export const multipartOperations: Record<string, Operation> = {
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
}
