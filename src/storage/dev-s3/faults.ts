import type { S3Request } from './request.js'

/** What goes wrong: an error answer, or harm to the body or to the reply. */
export type FaultEffect =
  | { kind: 'error'; status: number; code: string }
  /** The request takes effect, the client never hears of it. */
  | { kind: 'lost_reply' }
  | { kind: 'slow_body'; chunkBytes: number; pauseMs: number }
  | { kind: 'cut_body'; afterBytes: number }
  /** Somebody else overwrites the object while its body is on the way, and the connection breaks. */
  | { kind: 'replaced_object'; afterBytes: number; body: string }
  /** One byte of the body is flipped on the way. */
  | { kind: 'damaged_body' }

/** A fault as data: which requests it strikes, and how. */
export interface Fault {
  operation: string
  /** Strikes this key only. */
  key?: string
  /** Requests that it lets pass before. */
  skip?: number
  /** Requests that it strikes. */
  times: number
  effect: FaultEffect
}

/** A function that says which fault, if any, strikes a request; each request is counted once. */
export function createFaults(faults: readonly Fault[]): (request: S3Request) => Fault | undefined {
  const open = faults.map((fault) => ({ fault, skip: fault.skip ?? 0, left: fault.times }))
  return (request) => {
    for (const one of open) {
      const { operation, key = request.key } = one.fault
      if (one.left === 0 || operation !== request.operation || key !== request.key) continue
      if (one.skip > 0) {
        one.skip--
        continue
      }
      one.left--
      return one.fault
    }
    return undefined
  }
}
