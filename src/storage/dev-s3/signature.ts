import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Signing } from './chunk-signatures.js'
import { type S3Request, splitOnce } from './request.js'
import { S3Error } from './s3-error.js'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

const algorithm = 'AWS4-HMAC-SHA256'
const maxSkewMs = 15 * 60 * 1000

interface Signed {
  credential: string
  signedHeaders: string
  signature: string
  date: string
  /** Lifetime of a presigned URL; undefined for a signed header. */
  expiresSeconds?: number
  payloadHash: string
}

/**
 * Checks Signature Version 4, in the header or in a presigned URL; throws 403 when it does not hold. Returns what it was made
 * with.
 */
export function checkSignature(request: S3Request, credentials: Credentials): Signing {
  const signed = request.query.has('X-Amz-Signature') ? fromQuery(request) : fromHeader(request)
  const [accessKeyId, date = '', region = '', service = ''] = signed.credential.split('/')
  if (accessKeyId !== credentials.accessKeyId) {
    throw denied('InvalidAccessKeyId', 'The access key does not exist.')
  }
  checkTime(signed)
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = [algorithm, signed.date, scope, sha256(canonicalRequest(request, signed))].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  const expected = createHmac('sha256', key).update(text).digest()
  const given = Buffer.from(signed.signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw denied('SignatureDoesNotMatch', 'The signature is not the one of this request.')
  }
  return { key, date: signed.date, scope, signature: signed.signature }
}

function fromHeader(request: S3Request): Signed {
  const [kind, fields] = splitOnce(request.header('authorization') ?? '', ' ')
  if (kind !== algorithm) throw denied('AccessDenied', 'The request is not signed.')
  const field = Object.fromEntries(fields.split(',').map((one) => splitOnce(one.trim(), '=')))
  return {
    credential: field.Credential ?? '',
    signedHeaders: field.SignedHeaders ?? '',
    signature: field.Signature ?? '',
    date: request.header('x-amz-date') ?? '',
    payloadHash: request.header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  }
}

function fromQuery(request: S3Request): Signed {
  const field = (name: string): string => request.query.get(`X-Amz-${name}`) ?? ''
  return {
    credential: field('Credential'),
    signedHeaders: field('SignedHeaders'),
    signature: field('Signature'),
    date: field('Date'),
    expiresSeconds: Number(field('Expires')),
    payloadHash: field('Content-Sha256') || 'UNSIGNED-PAYLOAD',
  }
}

function checkTime({ date, expiresSeconds }: Signed): void {
  const signedAt = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
  const age = Date.now() - signedAt
  const lifetime = expiresSeconds === undefined ? maxSkewMs : expiresSeconds * 1000
  if (age <= lifetime && age >= -maxSkewMs) return
  if (expiresSeconds !== undefined) throw denied('AccessDenied', 'The URL has expired.')
  throw denied('RequestTimeTooSkewed', 'The clocks are more than 15 minutes apart.')
}

const canonicalRequest = (request: S3Request, signed: Signed): string =>
  [
    request.method,
    request.rawPath.split('/').map(recoded).join('/'),
    canonicalQuery(request.rawQuery),
    ...signed.signedHeaders.split(';').map((name) => `${name}:${canonicalHeader(request, name)}`),
    '',
    signed.signedHeaders,
    signed.payloadHash,
  ].join('\n')

const canonicalHeader = (request: S3Request, name: string): string =>
  (request.header(name) ?? '').trim().replace(/ +/g, ' ')

const canonicalQuery = (rawQuery: string): string =>
  rawQuery
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('X-Amz-Signature='))
    .map((part) => splitOnce(part, '=').map(recoded).join('\0'))
    // A zero byte sorts before every character, so that a name comes before its own extensions.
    .sort()
    .map((part) => part.replace('\0', '='))
    .join('&')

const recoded = (text: string): string =>
  encodeURIComponent(decodeURIComponent(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const denied = (code: string, message: string): S3Error => new S3Error(403, code, message)
