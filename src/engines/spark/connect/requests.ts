import { bytes, double, flag, integer, mapOf, message, repeated, text } from './fields.js'

/** What is sent: the fields that we use of spark/connect/*.proto, with their published numbers. */

const userContext = { userId: text(1), userName: text(2) }

/** A type without parameters is a message without fields. */
const plainType = {}

export const dataType = {
  null: message(1, plainType),
  binary: message(2, plainType),
  boolean: message(3, plainType),
  integer: message(6, plainType),
  long: message(7, plainType),
  double: message(9, plainType),
  decimal: message(10, { scale: integer(1), precision: integer(2) }),
  string: message(11, plainType),
  date: message(14, plainType),
  timestampNtz: message(16, plainType),
}

export const literal = {
  null: message(1, dataType),
  binary: bytes(2),
  boolean: flag(3),
  integer: integer(6),
  long: integer(7),
  double: double(11),
  decimal: message(12, { value: text(1), precision: integer(2), scale: integer(3) }),
  string: text(13),
  date: integer(16),
  timestampNtz: integer(18),
}

const expression = { literal: message(1, literal) }

const sql = {
  query: text(1),
  namedArguments: mapOf(4, message(2, expression)),
  positionalArguments: repeated(message(5, expression)),
}

export const relation = { sql: message(10, sql) }

/** A relation is bytes here: what a server hands out is sent back as it came. */
export const plan = {
  root: bytes(1),
  command: message(2, { sql: message(5, { input: bytes(6) }) }),
}

/** What every request about a session says; the numbers of the two last differ from request to request. */
const session = (clientType: number, observed: number) => ({
  sessionId: text(1),
  userContext: message(2, userContext),
  clientType: text(clientType),
  observedServerSession: text(observed),
})

export const executePlanRequest = {
  ...session(4, 8),
  plan: message(3, plan),
  options: repeated(message(5, { reattach: message(1, { reattachable: flag(1) }) })),
  operationId: text(6),
}

export const reattachExecuteRequest = {
  ...session(4, 6),
  operationId: text(3),
  lastResponseId: text(5),
}

export const releaseExecuteRequest = {
  ...session(4, 7),
  operationId: text(3),
  all: message(5, {}),
  until: message(6, { responseId: text(1) }),
}

const keyValue = { key: text(1), value: text(2) }

export const configRequest = {
  ...session(4, 8),
  operation: message(3, {
    set: message(1, { pairs: repeated(message(1, keyValue)) }),
  }),
}

export const analyzePlanRequest = {
  ...session(3, 17),
  sparkVersion: message(10, {}),
}

/** Kinds of interruption, as numbers of an enumeration. */
export const interruptTypes = { all: 1n, operation: 3n } as const

export const interruptRequest = { ...session(3, 7), type: integer(4), operationId: text(6) }

export const releaseSessionRequest = {
  sessionId: text(1),
  userContext: message(2, userContext),
  clientType: text(3),
}

export const fetchErrorDetailsRequest = { ...session(4, 5), errorId: text(3) }
