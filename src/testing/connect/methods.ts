import { setTimeout as sleep } from 'node:timers/promises'
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js'
import {
  type Decoded,
  decode,
  encode,
  type Message,
  type Shape,
} from '../../engines/spark/connect/codec.js'
import * as requests from '../../engines/spark/connect/requests.js'
import * as responses from '../../engines/spark/connect/responses.js'
import type { ConnectServer, StreamBehaviour } from './connect-server.js'
import type { Operations, StoredOperation } from './operations.js'
import { serviceErrorOf } from './refusal.js'

const unary = {
  AnalyzePlan: [requests.analyzePlanRequest, responses.analyzePlanResponse],
  Config: [requests.configRequest, responses.configResponse],
  Interrupt: [requests.interruptRequest, responses.interruptResponse],
  ReleaseExecute: [requests.releaseExecuteRequest, responses.releaseExecuteResponse],
  ReleaseSession: [requests.releaseSessionRequest, responses.releaseSessionResponse],
  FetchErrorDetails: [requests.fetchErrorDetailsRequest, responses.fetchErrorDetailsResponse],
} as const

/** Methods with one answer, each as a function of its request. */
export type Methods = {
  [M in keyof typeof unary]: (
    request: Decoded<(typeof unary)[M][0]>,
  ) => Message<(typeof unary)[M][1]>
}

interface Behaviour {
  /** Throws to refuse the call. */
  observe(call: ConnectServer['calls'][number]): void
  failureOf(method: keyof Methods): Error | 'never' | undefined
  serverSession(): string
  answer: Methods
  stream(): StreamBehaviour
  operations(): Operations
  onSent(): void
}

const asIs = (bytes: Buffer): Buffer => bytes

export const serviceDefinition: ServiceDefinition = Object.fromEntries(
  [...Object.keys(unary), 'ExecutePlan', 'ReattachExecute'].map((method) => [
    method,
    {
      path: `/spark.connect.SparkConnectService/${method}`,
      requestStream: false,
      responseStream: !(method in unary),
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]),
)

export function implementationOf(behaviour: Behaviour): UntypedServiceImplementation {
  const methods = Object.keys(unary) as (keyof Methods)[]
  return {
    ...Object.fromEntries(methods.map((method) => [method, unaryCall(method, behaviour)])),
    ExecutePlan: streamCall('ExecutePlan', requests.executePlanRequest, behaviour, (request) => [
      behaviour.operations().execute(request),
      0,
    ]),
    ReattachExecute: streamCall(
      'ReattachExecute',
      requests.reattachExecuteRequest,
      behaviour,
      ({ operationId = '', lastResponseId }) =>
        behaviour.operations().reattach(operationId, lastResponseId),
    ),
  }
}

function unaryCall(
  method: keyof Methods,
  { observe, failureOf, answer, serverSession }: Behaviour,
): handleUnaryCall<Buffer, Buffer> {
  const [asked, answered] = unary[method]
  return (call, callback) => {
    try {
      const request = decode<Shape>(asked, call.request)
      observe({ method, request, metadata: call.metadata.getMap() })
      const failure = failureOf(method)
      if (failure === 'never') return
      if (failure) throw failure
      const reply = { serverSession: serverSession(), ...answer[method](request as never) }
      callback(null, Buffer.from(encode<Shape>(answered, reply)))
    } catch (error) {
      callback(serviceErrorOf(error))
    }
  }
}

function streamCall<S extends Shape>(
  method: string,
  shape: S,
  behaviour: Behaviour,
  find: (request: Decoded<S>) => [StoredOperation, number],
): handleServerStreamingCall<Buffer, Buffer> {
  return async (call) => {
    const way = behaviour.stream()
    try {
      const request = decode(shape, call.request)
      behaviour.observe({ method, request, metadata: call.metadata.getMap() })
      if (way.refuse) throw way.refuse
      const [operation, start] = find(request)
      const identity = {
        sessionId: String(request.sessionId),
        serverSession: behaviour.serverSession(),
      }
      await send(call, operation.responses.slice(start), way, identity, behaviour.onSent)
      if (way.holdMilliseconds) await sleep(way.holdMilliseconds)
      if (way.end instanceof Error) throw way.end
      if (way.end !== 'never') call.end()
    } catch (error) {
      call.emit('error', serviceErrorOf(error))
    }
  }
}

async function send(
  call: ServerWritableStream<Buffer, Buffer>,
  all: StoredOperation['responses'],
  { responses: count = all.length, lie = (response) => [response] }: StreamBehaviour,
  identity: { sessionId: string; serverSession: string },
  onSent: () => void,
): Promise<void> {
  for (const response of all.slice(0, count).flatMap(lie)) {
    if (call.cancelled) return
    const bytes = encode(responses.executePlanResponse, { ...identity, ...response })
    await new Promise<void>((resolve) => call.write(Buffer.from(bytes), () => resolve()))
    onSent()
  }
}
