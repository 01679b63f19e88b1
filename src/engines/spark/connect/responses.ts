import { bytes, flag, integer, mapOf, message, repeated, text } from './fields.js'

/** What is received: the fields that we read, with their published numbers; all others are passed over. */

const stage = {
  stageId: integer(1),
  tasks: integer(2),
  completedTasks: integer(3),
  inputBytes: integer(4),
  done: flag(5),
}

export const executePlanResponse = {
  sessionId: text(1),
  arrowBatch: message(2, {
    rowCount: integer(1),
    data: bytes(2),
    startOffset: integer(3),
    chunks: integer(5),
  }),
  /** The relation that holds the result, to be sent as it is. */
  sqlCommandResult: message(5, { relation: bytes(1) }),
  operationId: text(12),
  responseId: text(13),
  resultComplete: message(14, {}),
  serverSession: text(15),
  progress: message(18, { stages: repeated(message(1, stage)), runningTasks: integer(2) }),
}

/** Of a relation only what a command leaves: its rows, as an Arrow stream. */
export const resultRelation = { local: message(11, { data: bytes(1) }) }

export const releaseExecuteResponse = { serverSession: text(3) }

export const configResponse = { serverSession: text(4) }

export const analyzePlanResponse = {
  sparkVersion: message(8, { version: text(1) }),
  serverSession: text(15),
}

export const interruptResponse = { interruptedIds: repeated(text(2)), serverSession: text(3) }
export const releaseSessionResponse = { serverSession: text(2) }

const queryContext = {
  objectName: text(2),
  startIndex: integer(3),
  stopIndex: integer(4),
  fragment: text(5),
}

export const fetchErrorDetailsResponse = {
  rootIndex: integer(1),
  errors: repeated(
    message(2, {
      hierarchy: repeated(text(1)),
      message: text(2),
      causeIndex: integer(4),
      throwable: message(5, {
        errorClass: text(1),
        parameters: mapOf(2, text(2)),
        contexts: repeated(message(3, queryContext)),
        sqlState: text(4),
      }),
    }),
  ),
}

/** google.rpc.Status, as it comes with an error in the header grpc-status-details-bin. */
export const richStatus = {
  message: text(2),
  details: repeated(message(3, { typeUrl: text(1), value: bytes(2) })),
}
export const errorInfo = { reason: text(1), metadata: mapOf(3, text(2)) }
export const retryInfo = { delay: message(1, { seconds: integer(1), nanos: integer(2) }) }
