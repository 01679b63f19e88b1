import type { Message } from '../../engines/spark/connect/codec.js'
import { decode } from '../../engines/spark/connect/codec.js'
import { type executePlanRequest, relation } from '../../engines/spark/connect/requests.js'
import type { executePlanResponse } from '../../engines/spark/connect/responses.js'
import { Refusal } from './refusal.js'

export type Answer = Message<typeof executePlanResponse>
type ExecutePlan = Message<typeof executePlanRequest>

/** What a server knows of an operation: its responses, numbered, until the client lets them go. */
export interface StoredOperation {
  operationId: string
  responses: Answer[]
  ended: boolean
}

/** The operations of one session, as Spark keeps them. */
export interface Operations {
  /** Runs the plan, or attaches to its operation where it runs already. */
  execute(request: ExecutePlan): StoredOperation
  /** The operation and how many of its responses the client has had. */
  reattach(operationId: string, lastResponseId: string | undefined): [StoredOperation, number]
  release(operationId: string): void
  running(): string[]
  /** Statements in the order in which they were run. */
  executed: string[]
}

export function createOperations(answersOf: (sql: string) => readonly Answer[]): Operations {
  const operations = new Map<string, StoredOperation>()
  const executed: string[] = []
  const find = (operationId: string): StoredOperation | undefined => {
    const operation = operations.get(operationId)
    if (operation?.ended) throw new Refusal('INVALID_HANDLE.OPERATION_ABANDONED')
    return operation
  }
  return {
    executed,
    execute({ operationId = '', plan }) {
      const existing = find(operationId)
      if (existing) return existing
      const sql = sqlOf(plan)
      executed.push(sql)
      const responses = [...answersOf(sql), { resultComplete: {} }].map((response, index) => ({
        responseId: `${operationId}/${index}`,
        operationId,
        ...response,
      }))
      const operation = { operationId, responses, ended: false }
      operations.set(operationId, operation)
      return operation
    },
    reattach(operationId, lastResponseId) {
      const operation = find(operationId)
      if (operation === undefined) throw new Refusal('INVALID_HANDLE.OPERATION_NOT_FOUND')
      if (lastResponseId === undefined) return [operation, 0]
      const index = operation.responses.findIndex(({ responseId }) => responseId === lastResponseId)
      if (index < 0) throw new Refusal('INVALID_CURSOR.POSITION_NOT_FOUND')
      return [operation, index + 1]
    },
    release(operationId) {
      const operation = operations.get(operationId)
      if (operation) operation.ended = true
    },
    running: () =>
      [...operations.values()].filter(({ ended }) => !ended).map((one) => one.operationId),
  }
}

/** The text of a statement; what a server handed out as a relation of its own is known by its bytes. */
function sqlOf(plan: ExecutePlan['plan']): string {
  const bytes = plan?.root ?? plan?.command?.sql?.input ?? new Uint8Array()
  return decode(relation, bytes).sql?.query ?? Buffer.from(bytes).toString('hex')
}
