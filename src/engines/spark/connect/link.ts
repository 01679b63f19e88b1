import type { Channel } from './channel.js'
import { type Decoded, decode, encode, type Message, type Shape } from './codec.js'
import type { ServerAddress } from './connection-string.js'
import { errorOf, lieError, sessionLostError } from './explain.js'
import { type Fault, faultOf, isServiceError, withDetails } from './fault.js'
import { createBackoff, mayPass, type Patience, type Waiting } from './patience.js'
import * as requests from './requests.js'
import * as responses from './responses.js'

/** Calls that get one answer. */
const methods = {
  Config: [requests.configRequest, responses.configResponse],
  AnalyzePlan: [requests.analyzePlanRequest, responses.analyzePlanResponse],
  Interrupt: [requests.interruptRequest, responses.interruptResponse],
  ReleaseExecute: [requests.releaseExecuteRequest, responses.releaseExecuteResponse],
  ReleaseSession: [requests.releaseSessionRequest, responses.releaseSessionResponse],
} as const

type Methods = typeof methods
export type Method = keyof Methods
type Request<M extends Method> = Message<Methods[M][0]>
/** What all answers have. */
type Answer = Shape & Pick<typeof responses.releaseSessionResponse, 'serverSession'>
type Response<M extends Method> = Decoded<Methods[M][1]>

export interface LinkOptions {
  sessionId: string
  patience: Patience
  /** Told in one line that the server is waited for: once, as long as it takes until it would be given up. */
  onNotice?: ((message: string) => void) | undefined
}

/** One session of one server: who we are, and whether the server is still the one that knows the session. */
export interface Link extends Waiting {
  readonly sessionId: string
  /** The server, as errors name it. */
  readonly at: string
  /** One request and its answer; what may pass is tried again. */
  call<M extends Method>(method: M, request: Request<M>): Promise<Response<M>>
  /** The same, once; fails with gRPC's error. */
  callOnce<M extends Method>(
    method: M,
    request: Request<M>,
    milliseconds?: number,
  ): Promise<Response<M>>
  /** The same for what nothing depends on: never fails, and waits for a moment only; the answer, if one came. */
  tell<M extends Method>(method: M, request: Request<M>): Promise<Response<M> | undefined>
  stream<S extends Shape>(
    method: string,
    shape: S,
    request: Message<S>,
  ): ReturnType<Channel['stream']>
  /** Throws when the answer comes from another session than the one before. */
  notice(sessions: { sessionId?: string | undefined; serverSession?: string | undefined }): void
  /** Whether the server answers; of one that does not, the fault, and the next calls take a new connection. */
  probe(): Promise<Fault | undefined>
  /** The error of a fault, with all that the server kept of it. */
  explain(fault: Fault, at: string): Promise<Error>
  close(): void
}

const momentMilliseconds = 5000

/** The link of a session over a channel; nothing is sent before the first call. */
export function openLink(
  channel: Channel,
  { host, port, userId }: ServerAddress,
  { sessionId, patience, onNotice }: LinkOptions,
): Link {
  const at = `Spark at ${host}:${port}`
  let serverSession: string | undefined
  let toldAt = Number.NEGATIVE_INFINITY
  const answered = () => serverSession !== undefined
  const onWait: Link['onWait'] = ({ status }) => {
    if (Date.now() - toldAt < patience.failingMilliseconds) return
    toldAt = Date.now()
    onNotice?.(`${at} is waited for (${status}); it is given up when that lasts`)
  }
  const identity = () => ({
    sessionId,
    userContext: { userId, userName: userId },
    clientType: 'throughline',
    ...(serverSession === undefined ? {} : { observedServerSession: serverSession }),
  })
  const notice: Link['notice'] = (answer) => {
    if (answer.sessionId !== undefined && answer.sessionId !== sessionId)
      throw lieError(at, `answers of session ${sessionId}`, `one of ${answer.sessionId}`)
    if (!answer.serverSession) return
    if (serverSession !== undefined && serverSession !== answer.serverSession)
      throw sessionLostError(at)
    serverSession = answer.serverSession
  }
  const callOnce: Link['callOnce'] = async (
    method,
    request,
    milliseconds = patience.requestMilliseconds,
  ) => {
    const [asked, answered] = methods[method]
    const bytes = encode<Shape>(asked, { ...identity(), ...request })
    const reply = await channel.unary(method, bytes, milliseconds)
    const response = decodeOrRefuse<Answer>(answered, reply, at)
    notice({ serverSession: response.serverSession })
    return response as Response<typeof method>
  }
  const explain: Link['explain'] = async (fault, place) => errorOf(await detailed(fault), place)

  async function detailed(fault: Fault): Promise<Fault> {
    if (fault.errorId === undefined) return fault
    const request = { ...identity(), errorId: fault.errorId }
    try {
      const bytes = encode(requests.fetchErrorDetailsRequest, request)
      const reply = await channel.unary('FetchErrorDetails', bytes, patience.requestMilliseconds)
      return withDetails(fault, decode(responses.fetchErrorDetailsResponse, reply))
    } catch {
      // What came with the error itself is enough to name it.
      return fault
    }
  }

  return {
    sessionId,
    at,
    patience,
    answered,
    onWait,
    async call(method, request) {
      const backoff = createBackoff({ patience, answered, onWait })
      for (;;) {
        try {
          return await callOnce(method, request)
        } catch (caught) {
          if (!isServiceError(caught)) throw caught
          const fault = faultOf(caught)
          if (!mayPass(fault) || !(await backoff.wait(fault))) throw await explain(fault, at)
        }
      }
    },
    callOnce,
    tell: (method, request) => callOnce(method, request, momentMilliseconds).catch(() => undefined),
    async probe() {
      try {
        await callOnce('AnalyzePlan', { sparkVersion: {} })
        return undefined
      } catch (caught) {
        if (!isServiceError(caught)) throw caught
        channel.renew()
        return faultOf(caught)
      }
    },
    stream: (method, shape, request) =>
      channel.stream(method, encode<Shape>(shape, { ...identity(), ...request })),
    notice,
    explain,
    close: () => channel.close(),
  }
}

/** A message of its bytes; throws an error that names the server when it is none. */
export function decodeOrRefuse<S extends Shape>(
  shape: S,
  bytes: Uint8Array,
  at: string,
): Decoded<S> {
  try {
    return decode(shape, bytes)
  } catch (error) {
    throw lieError(at, 'messages of the Spark Connect protocol', (error as Error).message)
  }
}
