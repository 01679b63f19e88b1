import type { IncomingMessage } from 'node:http'
import type { Signing } from './chunk-signatures.js'
import { invalid, notImplemented } from './s3-error.js'

/** A request as S3 means it: what to do, on which object. */
export interface S3Request {
  operation: string
  method: string
  /** Bucket and key are empty where the operation has none. */
  bucket: string
  key: string
  query: URLSearchParams
  /** Path and query as they were sent: the signature is over these bytes. */
  rawPath: string
  rawQuery: string
  header: (name: string) => string | undefined
  message: IncomingMessage
  /** What its signature was made with, once that is checked. */
  signing?: Signing
}

type Target = 'service' | 'bucket' | 'object'

interface Route {
  operation: string
  method: string
  target: Target
  /** Query parameter, or header, that tells this operation from the plain one. */
  query?: string
  header?: string
}

const route = (spec: string): Route => {
  const [operation = '', method = '', target, query, header] = spec.split(' ')
  return {
    operation,
    method,
    target: target as Target,
    ...(query !== undefined && query !== '-' && { query }),
    ...(header !== undefined && { header }),
  }
}

// The first that fits is meant.
const routes = [
  'ListBuckets GET service',
  'PutBucketVersioning PUT bucket versioning',
  'GetBucketVersioning GET bucket versioning',
  'GetBucketLocation GET bucket location',
  'ListMultipartUploads GET bucket uploads',
  'ListObjectVersions GET bucket versions',
  'ListObjectsV2 GET bucket list-type',
  'DeleteObjects POST bucket delete',
  'CreateBucket PUT bucket',
  'HeadBucket HEAD bucket',
  'DeleteBucket DELETE bucket',
  'UploadPartCopy PUT object partNumber x-amz-copy-source',
  'UploadPart PUT object partNumber',
  'PutObjectTagging PUT object tagging',
  'GetObjectTagging GET object tagging',
  'DeleteObjectTagging DELETE object tagging',
  'ListParts GET object uploadId',
  'AbortMultipartUpload DELETE object uploadId',
  'CompleteMultipartUpload POST object uploadId',
  'CreateMultipartUpload POST object uploads',
  'CopyObject PUT object - x-amz-copy-source',
  'PutObject PUT object',
  'GetObject GET object',
  'HeadObject HEAD object',
  'DeleteObject DELETE object',
].map(route)

const unsupported =
  /^(acl|policy|cors|lifecycle|website|encryption|retention|legal-hold|torrent|select|restore|replication|notification|logging|attributes|object-lock)$/

/** Reads the operation, bucket and key from a path-style request. */
export function readRequest(message: IncomingMessage): S3Request {
  const [rawPath = '/', rawQuery = ''] = splitOnce(message.url ?? '/', '?')
  const query = new URLSearchParams(rawQuery.replaceAll('+', '%2B'))
  const [rawBucket = '', rawKey = ''] = splitOnce(rawPath.slice(1), '/')
  const header = (name: string): string | undefined => {
    const value = message.headers[name]
    return Array.isArray(value) ? value.join(',') : value
  }
  const method = message.method ?? 'GET'
  const bucket = decoded(rawBucket)
  const key = decoded(rawKey)
  const operation = operationOf(method, bucket, key, query, header)
  return { operation, method, bucket, key, query, rawPath, rawQuery, header, message }
}

function operationOf(
  method: string,
  bucket: string,
  key: string,
  query: URLSearchParams,
  header: S3Request['header'],
): string {
  const target: Target = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  const subresource = [...query.keys()].find((name) => unsupported.test(name))
  if (subresource !== undefined) throw notImplemented(subresource)
  const found = routes.find(
    (one) =>
      one.method === method &&
      one.target === target &&
      (one.query === undefined || query.has(one.query)) &&
      (one.header === undefined || header(one.header) !== undefined),
  )
  if (found === undefined) throw notImplemented(`${method} on a ${target}`)
  return found.operation
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('InvalidURI', 'The path is not valid percent-encoded UTF-8.')
  }
}

export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
