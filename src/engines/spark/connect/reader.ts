import type { Decoded } from './codec.js'
import { lieError } from './explain.js'
import { decodeOrRefuse, type Link } from './link.js'
import { executePlanResponse } from './responses.js'

export type ExecuteResponse = Decoded<typeof executePlanResponse>

/** Where the reading of one operation's responses stands. */
export interface Reader {
  /** A response that is new; nothing for one that came before. Throws when it is not of this operation. */
  read(bytes: Uint8Array): ExecuteResponse | undefined
  /** How many responses have been read. */
  count(): number
  complete(): boolean
  /** From where a new stream goes on. */
  position(): { lastResponseId?: string }
  /** Tells the server that responses up to this one may go; one such message at a time. */
  release(response: ExecuteResponse): void
}

/** The reader of one operation, which has read nothing yet. */
export function createReader(
  link: Link,
  { operationId, at }: { operationId: string; at: string },
): Reader {
  const seen = new Set<string>()
  let last: string | undefined
  let complete = false
  let releasing = false
  return {
    read(bytes) {
      const response = decodeOrRefuse(executePlanResponse, bytes, at)
      link.notice(response)
      const { responseId = '', operationId: named } = response
      if (named !== operationId)
        throw lieError(at, `responses of operation ${operationId}`, `one of ${named}`)
      if (responseId === '') throw lieError(at, 'responses with an id', 'one without')
      if (seen.has(responseId)) return undefined
      seen.add(responseId)
      last = responseId
      complete = response.resultComplete !== undefined
      return response
    },
    count: () => seen.size,
    complete: () => complete,
    position: () => (last === undefined ? {} : { lastResponseId: last }),
    release({ responseId }) {
      if (releasing || responseId === undefined) return
      releasing = true
      void link.tell('ReleaseExecute', { operationId, until: { responseId } }).finally(() => {
        releasing = false
      })
    },
  }
}
