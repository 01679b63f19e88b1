import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { encode } from '../../engines/spark/connect/codec.js'
import { errorInfo, retryInfo, richStatus } from '../../engines/spark/connect/responses.js'

/** An error of Spark by its condition, as its server puts it into a gRPC status. */
export class Refusal extends Error {
  readonly metadata: Readonly<Record<string, string>>

  constructor(
    errorClass: string,
    metadata: Readonly<Record<string, string>> = {},
    /** Asks the client to wait so long before it tries again. */
    readonly retryMilliseconds?: number,
  ) {
    super(`[${errorClass}] ${metadata.said ?? 'refused'}`)
    this.metadata = { errorClass, ...metadata }
  }
}

/** An error of gRPC itself. */
export class Broken extends Error {
  constructor(readonly code: status) {
    super(status[code])
  }
}

/** What a server answers when a method has thrown. */
export function serviceErrorOf(error: unknown): ServiceError {
  const { message } = error as Error
  const metadata = new Metadata()
  if (error instanceof Broken)
    return Object.assign(new Error(message), { code: error.code, details: message, metadata })
  if (!(error instanceof Refusal)) throw error
  const info = encode(errorInfo, {
    reason: 'org.apache.spark.SparkException',
    metadata: { classes: '["org.apache.spark.SparkException"]', ...error.metadata },
  })
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: info }]
  if (error.retryMilliseconds !== undefined) {
    const delay = { seconds: 0n, nanos: BigInt(error.retryMilliseconds * 1e6) }
    const value = encode(retryInfo, { delay })
    details.push({ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value })
  }
  metadata.set('grpc-status-details-bin', Buffer.from(encode(richStatus, { message, details })))
  const code = status.INTERNAL
  return Object.assign(new Error(message), { code, details: message, metadata })
}
