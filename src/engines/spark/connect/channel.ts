import {
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
} from '@grpc/grpc-js'
import { ThroughlineError } from '../../../errors.js'
import type { ServerAddress } from './connection-string.js'

/** Encoded messages to and from one server; errors are gRPC's. */
export interface Channel {
  unary(method: string, request: Uint8Array, milliseconds: number): Promise<Uint8Array>
  stream(method: string, request: Uint8Array): ClientReadableStream<Buffer>
  /** Makes the next calls over a new connection: one that has died in silence is otherwise used for a quarter of an hour. */
  renew(): void
  close(): void
}

/** Servers send batches of up to 128 MiB. */
const largestMessage = 256 * 1024 * 1024

const options = {
  'grpc.max_receive_message_length': largestMessage,
  'grpc.max_send_message_length': largestMessage,
  // What is sent again, and when, is decided here, where it is known what the server has had.
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 5000,
  // A connection of its own, which ends with it.
  'grpc.use_local_subchannel_pool': 1,
}

export interface TlsOptions {
  /** PEM of the authorities to trust instead of those that Node trusts. */
  authorities?: Buffer
}

/** Opens a channel; the connection is made with the first call. */
export function openChannel(address: ServerAddress, { authorities }: TlsOptions = {}): Channel {
  const safety: ChannelCredentials = address.encrypted
    ? credentials.createSsl(authorities ?? null)
    : credentials.createInsecure()
  const connect = () => new Client(`${address.host}:${address.port}`, safety, options)
  let client = connect()
  let closed = false
  const path = (method: string): string => {
    if (closed) throw closedError(address)
    return `/spark.connect.SparkConnectService/${method}`
  }
  return {
    unary: (method, request, milliseconds) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          path(method),
          asBuffer,
          asIs,
          request,
          metadataOf(address),
          { deadline: Date.now() + milliseconds },
          (error, response) => (error ? reject(error) : resolve(response ?? Buffer.alloc(0))),
        )
      }),
    stream: (method, request) =>
      client.makeServerStreamRequest(path(method), asBuffer, asIs, request, metadataOf(address)),
    renew() {
      client.close()
      client = connect()
    },
    close() {
      closed = true
      client.close()
    },
  }
}

const closedError = ({ host, port }: ServerAddress): ThroughlineError =>
  new ThroughlineError({
    code: 'bug',
    at: `Spark at ${host}:${port}`,
    expected: 'a session that is open',
    found: 'one that was closed here',
    remedy: 'Close a session after its last statement only.',
  })

function metadataOf({ token, headers }: ServerAddress): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
  return metadata
}

const asIs = (bytes: Buffer): Buffer => bytes
const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
