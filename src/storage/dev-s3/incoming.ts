import { createHash, randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  type ChecksumName,
  checksumNames,
  isChecksumName,
  type RunningChecksum,
  startChecksum,
} from './checksums.js'
import { chunkSignatures } from './chunk-signatures.js'
import { unchunked } from './chunked.js'
import type { S3Request } from './request.js'
import { invalid } from './s3-error.js'

/** A body that has arrived whole, in a temporary file, with what was promised about it verified. */
export interface Incoming {
  file: string
  bytes: number
  md5: string
  checksums: Partial<Record<ChecksumName, string>>
}

/** Receives the body of a request into `folder` and checks its length, digest and checksum. */
export async function receive(request: S3Request, folder: string): Promise<Incoming> {
  const trailers = new Map<string, string>()
  const body = bodyOf(request, trailers)
  const file = path.join(folder, randomUUID())
  const running = startRunning(request)
  try {
    const bytes = await store(body, file, running.update)
    return { file, bytes, ...verified(request, trailers, bytes, running) }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/** Receives a small body as text, an XML document for instance. */
export async function receiveText(request: S3Request): Promise<string> {
  const trailers = new Map<string, string>()
  const body = bodyOf(request, trailers)
  const running = startRunning(request)
  const bytes = await buffer(body)
  running.update(bytes)
  verified(request, trailers, bytes.length, running)
  return bytes.toString('utf8')
}

function bodyOf(request: S3Request, trailers: Map<string, string>): AsyncIterable<Uint8Array> {
  if (!isChunked(request)) return request.message
  const isSigned = request.header('x-amz-content-sha256')?.startsWith('STREAMING-AWS4-') === true
  const signatures = isSigned && request.signing ? chunkSignatures(request.signing) : undefined
  return unchunked(request.message, trailers, signatures)
}

const isChunked = (request: S3Request): boolean =>
  request.header('x-amz-content-sha256')?.startsWith('STREAMING-') === true

async function store(
  body: AsyncIterable<Uint8Array>,
  file: string,
  update: (bytes: Uint8Array) => void,
): Promise<number> {
  const handle = await open(file, 'wx')
  try {
    let bytes = 0
    for await (const chunk of body) {
      update(chunk)
      await handle.writeFile(chunk)
      bytes += chunk.length
    }
    return bytes
  } finally {
    await handle.close()
  }
}

interface Running {
  update: (bytes: Uint8Array) => void
  md5: () => string
  sha256: () => string | undefined
  checksums: Map<ChecksumName, RunningChecksum>
}

function startRunning(request: S3Request): Running {
  const md5 = createHash('md5')
  const isHashed = /^[0-9a-f]{64}$/.test(request.header('x-amz-content-sha256') ?? '')
  const sha256 = isHashed ? createHash('sha256') : undefined
  const checksums = new Map(promisedNames(request).map((name) => [name, startChecksum(name)]))
  return {
    update(bytes) {
      md5.update(bytes)
      sha256?.update(bytes)
      for (const checksum of checksums.values()) checksum.update(bytes)
    },
    md5: () => md5.digest('hex'),
    sha256: () => sha256?.digest('hex'),
    checksums,
  }
}

function promisedNames(request: S3Request): ChecksumName[] {
  const trailer = request.header('x-amz-trailer')?.toLowerCase() ?? ''
  const algorithm = request.header('x-amz-sdk-checksum-algorithm')?.toLowerCase() ?? ''
  const inHeaders = checksumNames.filter(
    (name) =>
      request.header(`x-amz-checksum-${name}`) !== undefined ||
      trailer.split(/[, ]+/).includes(`x-amz-checksum-${name}`),
  )
  return inHeaders.length === 0 && isChecksumName(algorithm) ? [algorithm] : inHeaders
}

function verified(
  request: S3Request,
  trailers: Map<string, string>,
  bytes: number,
  running: Running,
): Pick<Incoming, 'md5' | 'checksums'> {
  const promisedBytes = request.header('x-amz-decoded-content-length')
  if (isChunked(request) && promisedBytes !== undefined && Number(promisedBytes) !== bytes) {
    throw invalid('IncompleteBody', 'The body has another length than its header says.')
  }
  const sha256 = running.sha256()
  if (sha256 !== undefined && sha256 !== request.header('x-amz-content-sha256')) {
    throw invalid('XAmzContentSHA256Mismatch', 'The body is not the one that was signed.')
  }
  const md5 = running.md5()
  const promisedMd5 = request.header('content-md5')
  if (promisedMd5 !== undefined && Buffer.from(promisedMd5, 'base64').toString('hex') !== md5) {
    throw invalid('BadDigest', 'The body does not have the Content-MD5 of its header.')
  }
  return { md5, checksums: verifiedChecksums(request, trailers, running) }
}

function verifiedChecksums(
  request: S3Request,
  trailers: Map<string, string>,
  running: Running,
): Incoming['checksums'] {
  const checksums: Incoming['checksums'] = {}
  for (const [name, checksum] of running.checksums) {
    const value = checksum.value()
    const header = `x-amz-checksum-${name}`
    const promised = request.header(header) ?? trailers.get(header)
    if (promised !== undefined && promised !== value) {
      throw invalid('BadDigest', `The body does not have the ${name} that was promised.`)
    }
    checksums[name] = value
  }
  return checksums
}
