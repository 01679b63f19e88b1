import type { Message } from './codec.js'
import { type Fault, faultOf, faultSaying, isServiceError } from './fault.js'
import type { Link } from './link.js'
import { messagesOf, Silence } from './messages.js'
import { createBackoff, mayPass } from './patience.js'
import { createReader, type ExecuteResponse, type Reader } from './reader.js'
import {
  executePlanRequest,
  interruptTypes,
  type plan,
  reattachExecuteRequest,
} from './requests.js'

export interface Operation {
  /** The statement and the server, as errors name them. */
  at: string
  operationId: string
  plan: Message<typeof plan>
  /** Its abort interrupts the operation. */
  signal?: AbortSignal | undefined
}

/**
 * Runs a plan and gives each response once, in order, whatever happens to the streams that carry them: one that was cut is
 * continued from the last response. Throws a ThroughlineError, or the reason of the signal.
 */
export async function* responsesOf(
  link: Link,
  operation: Operation,
): AsyncGenerator<ExecuteResponse> {
  const { operationId, signal } = operation
  signal?.throwIfAborted()
  const interrupted = interruptOnAbort(link, operation)
  try {
    yield* attachedUntilComplete(link, operation)
  } finally {
    await interrupted()
    // The server drops by itself what nobody releases.
    await link.tell('ReleaseExecute', { operationId, all: {} })
  }
}

async function* attachedUntilComplete(
  link: Link,
  operation: Operation,
): AsyncGenerator<ExecuteResponse> {
  const reader = createReader(link, operation)
  const backoff = createBackoff(link)
  let arrived = false
  // Whether the server has shown that it has the operation.
  let known = false
  for (;;) {
    const read = reader.count()
    const { fault, held }: Ended = yield* attached(link, operation, reader, arrived)
    if (reader.complete()) return
    // A server without the operation refuses at once a stream that is to go on with it.
    const goesOn = reader.count() > read || (arrived && held && !neverArrived(fault))
    known ||= goesOn
    arrived = !neverArrived(fault)
    if (known && !arrived) throw await link.explain(fault, operation.at)
    if (goesOn) backoff.reset()
    // The server ends streams that last long, as a matter of course.
    if (goesOn && fault === endedEarly) continue
    if (!(await backoff.wait(fault, operation.signal)))
      throw await link.explain(fault, operation.at)
  }
}

interface Ended {
  fault: Fault
  /** Whether the stream lasted, and the server still answers. */
  held: boolean
}

/** One stream of responses; returns what ended it. */
async function* attached(
  link: Link,
  operation: Operation,
  reader: Reader,
  arrived: boolean,
): AsyncGenerator<ExecuteResponse, Ended> {
  const opened = Date.now()
  const fault = yield* attachedOnce(link, operation, reader, arrived)
  const lasted = fault === silence || Date.now() - opened >= link.patience.heldMilliseconds
  if (reader.complete() || !lasted) return { fault, held: false }
  // A statement that takes long may have nothing to say.
  const unanswered = await link.probe()
  return { fault: unanswered ?? fault, held: unanswered === undefined }
}

/** The same, without a look at what became of the server; throws what another stream would not mend. */
async function* attachedOnce(
  link: Link,
  operation: Operation,
  reader: Reader,
  arrived: boolean,
): AsyncGenerator<ExecuteResponse, Fault> {
  const { signal } = operation
  const milliseconds = link.patience.silenceMilliseconds
  try {
    for await (const bytes of messagesOf(openStream(link, operation, reader, arrived), {
      milliseconds,
      signal,
    })) {
      const response = reader.read(bytes)
      if (response === undefined) continue
      yield response
      if (reader.complete()) break
      if (response.arrowBatch) reader.release(response)
    }
    return endedEarly
  } catch (caught) {
    if (caught instanceof Silence) return silence
    if (!isServiceError(caught)) throw caught
    const fault = faultOf(caught)
    if (mayPass(fault) || neverArrived(fault)) return fault
    throw await link.explain(fault, operation.at)
  }
}

function openStream(link: Link, operation: Operation, reader: Reader, arrived: boolean) {
  const { operationId } = operation
  if (arrived)
    return link.stream('ReattachExecute', reattachExecuteRequest, {
      operationId,
      ...reader.position(),
    })
  return link.stream('ExecutePlan', executePlanRequest, {
    operationId,
    plan: operation.plan,
    options: [{ reattach: { reattachable: true } }],
  })
}

const endedEarly = faultSaying('UNAVAILABLE', 'the stream ended before the result was complete')
const silence = faultSaying('UNAVAILABLE', 'the stream fell silent before the result was complete')

/** The request was lost on its way, if nothing has come of it yet: sent again with the same id, it runs once. */
const neverArrived = ({ errorClass, message }: Fault): boolean =>
  /INVALID_HANDLE\.(OPERATION|SESSION)_NOT_FOUND/.test(errorClass ?? message)

/** Tells the server at once when the signal is aborted; returns what waits for its answer. */
function interruptOnAbort(link: Link, { operationId, signal }: Operation): () => Promise<void> {
  let sent: Promise<unknown> | undefined
  const interrupt = (): void => {
    const request = { type: interruptTypes.operation, operationId }
    sent = link.tell('Interrupt', request)
  }
  signal?.addEventListener('abort', interrupt, { once: true })
  return async () => {
    signal?.removeEventListener('abort', interrupt)
    await sent
  }
}
