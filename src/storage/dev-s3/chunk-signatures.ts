import { createHash, createHmac, type Hash } from 'node:crypto'
import { S3Error } from './s3-error.js'

/** What the signature of a request was made with; those of its chunks go on from it. */
export interface Signing {
  key: Buffer
  /** As in X-Amz-Date. */
  date: string
  scope: string
  /** Of the request, hexadecimal. */
  signature: string
}

/** The signatures of a body's chunks: each is over its bytes and the signature before. */
export interface ChunkSignatures {
  /** Throws 403 unless `given` signs the bytes of the next chunk. */
  checkChunk(given: string | undefined, bytes: Hash): void
  /** The same of the trailers, as `name:value` lines. */
  checkTrailers(given: string | undefined, lines: string): void
}

export function chunkSignatures({ key, date, scope, signature }: Signing): ChunkSignatures {
  let before = signature
  const check = (kind: string, given: string | undefined, ...digests: string[]): void => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, date, scope, before, ...digests].join('\n')
    before = createHmac('sha256', key).update(text).digest('hex')
    if (given !== before)
      throw new S3Error(403, 'SignatureDoesNotMatch', 'The signature is not the one of this chunk.')
  }
  return {
    checkChunk: (given, bytes) => check('PAYLOAD', given, digestOf(''), bytes.digest('hex')),
    checkTrailers: (given, lines) => check('TRAILER', given, digestOf(lines)),
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
