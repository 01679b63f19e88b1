import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { bucketOperations } from './buckets.js'
import { bucketOf, type Context, type Operation } from './context.js'
import { createFaults, type Fault } from './faults.js'
import { openObjectFolder } from './folder.js'
import { listingOperations } from './listing.js'
import { multipartOperations } from './multipart.js'
import { objectOperations } from './objects.js'
import { type Reply, xmlReply } from './reply.js'
import { readRequest, type S3Request } from './request.js'
import { notImplemented, S3Error } from './s3-error.js'
import { sendReply } from './send.js'
import { type Credentials, checkSignature } from './signature.js'

export type { Fault, FaultEffect } from './faults.js'

export interface DevS3Options extends Credentials {
  /** Objects are files below it, `<folder>/<bucket>/<key>`; created when absent. */
  folder: string
  /** 0, the default, takes any free port. */
  port?: number
  host?: string
  faults?: readonly Fault[]
}

export interface DevS3 {
  endpoint: string
  close: () => Promise<void>
}

const operations: Record<string, Operation> = {
  ...bucketOperations,
  ...objectOperations,
  ...listingOperations,
  ...multipartOperations,
}

/** Starts an S3 server for development and tests; it is not made to face a network. */
export async function startDevS3(options: DevS3Options): Promise<DevS3> {
  const root = path.resolve(options.folder)
  mkdirSync(root, { recursive: true })
  const context: Context = { folder: await openObjectFolder(root), uploads: new Map() }
  const faultOf = createFaults(options.faults ?? [])
  const server = createServer((message, response) => {
    answer(message, response, context, options, faultOf).catch(() => response.destroy())
  })
  // Clients keep connections for longer than Node's five seconds and then meet a closed socket.
  server.keepAliveTimeout = 120_000
  server.requestTimeout = 0
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://${host}:${port}`, close: () => closed(server) }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  context: Context,
  credentials: Credentials,
  faultOf: (request: S3Request) => Fault | undefined,
): Promise<void> {
  response.setHeader('x-amz-request-id', randomUUID())
  try {
    const request = readRequest(message)
    request.signing = checkSignature(request, credentials)
    const effect = faultOf(request)?.effect
    if (effect?.kind === 'error') throw new S3Error(effect.status, effect.code, 'Injected fault.')
    const operation = operations[request.operation]
    if (operation === undefined) throw notImplemented(request.operation)
    const reply = await operation(context, request)
    await sendReply(response, reply, effect, (body) => overwrite(context, request, body))
  } catch (error) {
    if (message.destroyed && !message.complete) return
    message.resume()
    await sendReply(response, errorReply(error, message))
  }
}

function errorReply(error: unknown, message: IncomingMessage): Reply {
  const {
    status,
    code,
    message: text,
  } = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error))
  if (message.method === 'HEAD') return { status }
  return xmlReply('Error', { Code: code, Message: text }, status)
}

async function overwrite(context: Context, request: S3Request, text: string): Promise<void> {
  const file = path.join(context.folder.incoming, randomUUID())
  await writeFile(file, text)
  const md5 = createHash('md5').update(text).digest('hex')
  const body = { file, bytes: Buffer.byteLength(text), md5, checksums: {} }
  const about = { etag: md5, headers: {}, checksums: {}, tags: [] }
  context.folder.put(bucketOf(context, request.bucket), request.key, body, about)
}
