import { type ServiceError, status } from '@grpc/grpc-js'
import { type Decoded, decode } from './codec.js'
import { errorInfo, type fetchErrorDetailsResponse, retryInfo, richStatus } from './responses.js'

/** A piece of SQL that an error is about. */
export interface QueryContext {
  /** Name of the view or function that holds it; empty for the statement itself. */
  object: string
  fragment: string
  /** Place in the text, counted from 0. */
  start: number
  stop: number
}

/** What a server, or the way to it, says of a failed call. Messages and parameters may hold values of rows. */
export interface Fault {
  /** gRPC's word for it, such as UNAVAILABLE. */
  status: string
  message: string
  /** Spark's name of the condition, such as DIVIDE_BY_ZERO. */
  errorClass?: string
  sqlState?: string
  parameters: Readonly<Record<string, string>>
  contexts: readonly QueryContext[]
  /** Java classes, the most special first. */
  classes: readonly string[]
  /** What lies behind, outermost first. */
  causes: readonly { class: string; message: string }[]
  /** Under which the server keeps the details. */
  errorId?: string
  /** How long the server asks to wait before another try. */
  retryMilliseconds?: number
}

/** A fault without details of a server. */
export const faultSaying = (word: string, message: string): Fault => ({
  status: word,
  message,
  parameters: {},
  contexts: [],
  classes: [],
  causes: [],
})

/** Whether a call failed as gRPC calls do. */
export const isServiceError = (caught: unknown): caught is ServiceError =>
  caught instanceof Error && 'code' in caught && 'details' in caught

/** Reads what came with a failed call: the gRPC status, and Spark's own words where the server sent them. */
export function faultOf(error: ServiceError): Fault {
  const fault = faultSaying(status[error.code] ?? 'UNKNOWN', error.details)
  const [header] = error.metadata?.get('grpc-status-details-bin') ?? []
  if (!(header instanceof Uint8Array)) return fault
  try {
    return withStatus(fault, header)
  } catch {
    // A proxy may have cut the header short; the status itself is known all the same.
    return fault
  }
}

function withStatus(fault: Fault, header: Uint8Array): Fault {
  let result = fault
  for (const { typeUrl = '', value } of decode(richStatus, header).details) {
    if (value === undefined) continue
    if (typeUrl.endsWith('/google.rpc.ErrorInfo')) result = withInfo(result, value)
    if (typeUrl.endsWith('/google.rpc.RetryInfo')) {
      const { delay } = decode(retryInfo, value)
      const seconds = Number(delay?.seconds ?? 0n) + Number(delay?.nanos ?? 0n) / 1e9
      result = { ...result, retryMilliseconds: seconds * 1000 }
    }
  }
  return result
}

function withInfo(fault: Fault, value: Uint8Array): Fault {
  const { reason = '', metadata } = decode(errorInfo, value)
  const { errorClass, sqlState, errorId, classes, messageParameters } = metadata
  return {
    ...fault,
    classes: (parsed(classes) as string[] | undefined) ?? [reason],
    parameters: (parsed(messageParameters) as Record<string, string> | undefined) ?? {},
    ...(errorClass ? { errorClass } : {}),
    ...(sqlState ? { sqlState } : {}),
    ...(errorId ? { errorId } : {}),
  }
}

/** JSON of the metadata, which the server cuts off when it is long. */
function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The fault with all that the server kept of it. */
export function withDetails(
  fault: Fault,
  { rootIndex, errors }: Decoded<typeof fetchErrorDetailsResponse>,
): Fault {
  const root = rootIndex === undefined ? undefined : errors[Number(rootIndex)]
  if (root === undefined) return fault
  const { errorClass, sqlState, parameters, contexts } = root.throwable ?? {}
  return {
    ...fault,
    message: root.message ?? fault.message,
    classes: root.hierarchy?.length ? root.hierarchy : fault.classes,
    causes: causesOf(root, errors),
    parameters: parameters ?? fault.parameters,
    contexts: (contexts ?? []).map(({ objectName, fragment, startIndex, stopIndex }) => ({
      object: objectName ?? '',
      fragment: fragment ?? '',
      start: Number(startIndex ?? 0n),
      stop: Number(stopIndex ?? 0n),
    })),
    ...(errorClass ? { errorClass } : {}),
    ...(sqlState ? { sqlState } : {}),
  }
}

type ServerError = Decoded<typeof fetchErrorDetailsResponse>['errors'][number]

/** The chain of causes; a server that lies may have made it a ring. */
function causesOf(root: ServerError, errors: readonly ServerError[]): Fault['causes'] {
  const chain: ServerError[] = [root]
  while (chain.length <= errors.length) {
    const index = chain.at(-1)?.causeIndex
    const next = index === undefined ? undefined : errors[Number(index)]
    if (next === undefined || chain.includes(next)) break
    chain.push(next)
  }
  return chain
    .slice(1)
    .map(({ hierarchy, message = '' }) => ({ class: hierarchy?.[0] ?? '', message }))
}
