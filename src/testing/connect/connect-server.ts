import { randomUUID } from 'node:crypto'
import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import type { Message } from '../../engines/spark/connect/codec.js'
import type { fetchErrorDetailsResponse } from '../../engines/spark/connect/responses.js'
import { implementationOf, type Methods, serviceDefinition } from './methods.js'
import { type Answer, createOperations, type Operations } from './operations.js'
import { Broken, Refusal } from './refusal.js'

/** How one stream of responses goes; without a word it sends all and ends. */
export interface StreamBehaviour {
  /** Ends after so many responses. */
  responses?: number
  /** Stays open so long before it ends. */
  holdMilliseconds?: number
  /** Ends like this; `never` leaves it open. */
  end?: 'cleanly' | 'never' | Error
  /** Throws this before anything else, as if the request had not been understood. */
  refuse?: Error
  /** What goes out instead of a response. */
  lie?: (response: Answer, index: number) => readonly Answer[]
}

export interface ServerOptions {
  credentials?: ServerCredentials
  token?: string
  version?: string
  answers?: Readonly<Record<string, readonly Answer[]>>
}

/** A server of the protocol for tests, which can be told to cut, to delay and to lie. */
export interface ConnectServer {
  /** host:port */
  address: string
  /** What was called, in order. */
  calls: { method: string; request: Record<string, unknown>; metadata: Record<string, unknown> }[]
  /** How the next streams go, one each. */
  streams: StreamBehaviour[]
  /** Thrown by the next calls of a method that has one answer; `never` does not answer, `undefined` lets one pass. */
  failures: Partial<Record<keyof Methods, (Error | 'never' | undefined)[]>>
  /** What is known of errors by their id. */
  errors: Map<string, Message<typeof fetchErrorDetailsResponse>>
  /** Statements that were run, each as often as it was. */
  executed(): readonly string[]
  /** How many responses have left. */
  sent(): number
  /** Forgets all sessions and operations, as a new process does. */
  restart(): void
  close(): void
}

export async function startConnectServer(options: ServerOptions = {}): Promise<ConnectServer> {
  const server = new Server()
  const state = { session: randomUUID(), operations: operationsOf(options), sent: 0 }
  const told: Pick<ConnectServer, 'calls' | 'streams' | 'failures' | 'errors'> = {
    calls: [],
    streams: [],
    failures: {},
    errors: new Map(),
  }
  const observe = (call: ConnectServer['calls'][number]): void => {
    told.calls.push(call)
    if (options.token !== undefined && call.metadata.authorization !== `Bearer ${options.token}`)
      throw new Broken(status.UNAUTHENTICATED)
    const observed = call.request.observedServerSession
    if (observed !== undefined && observed !== state.session)
      throw new Refusal('INVALID_HANDLE.SESSION_CHANGED')
  }
  server.addService(
    serviceDefinition,
    implementationOf({
      observe,
      failureOf: (method) => told.failures[method]?.shift(),
      serverSession: () => state.session,
      answer: answersOf(told, options, () => state.operations),
      stream: () => told.streams.shift() ?? {},
      operations: () => state.operations,
      onSent: () => {
        state.sent += 1
      },
    }),
  )
  const credentials = options.credentials ?? ServerCredentials.createInsecure()
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  return {
    address: `127.0.0.1:${port}`,
    ...told,
    executed: () => state.operations.executed,
    sent: () => state.sent,
    restart() {
      state.session = randomUUID()
      state.operations = operationsOf(options)
    },
    close: () => server.forceShutdown(),
  }
}

const operationsOf = ({ answers = {} }: ServerOptions): Operations =>
  createOperations((sql) => answers[sql] ?? [])

/** The answers of the methods that have one. */
function answersOf(
  { errors }: Pick<ConnectServer, 'errors'>,
  { version = '4.1.0' }: ServerOptions,
  operations: () => Operations,
): Methods {
  return {
    AnalyzePlan: () => ({ sparkVersion: { version } }),
    Config: () => ({}),
    Interrupt: () => ({ interruptedIds: operations().running() }),
    ReleaseExecute({ operationId, all }) {
      if (all && operationId !== undefined) operations().release(operationId)
      return {}
    },
    ReleaseSession: () => ({}),
    FetchErrorDetails: ({ errorId = '' }) => errors.get(errorId) ?? {},
  }
}
