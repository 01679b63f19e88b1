import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault.js'
import { isAboutTls } from './fault-kinds.js'

/** How long to bear with a server that fails or is silent. */
export interface Patience {
  /** Failures in a row of a server that has answered before. */
  failingMilliseconds: number
  /** Failures in a row of one that never has. */
  connectMilliseconds: number
  /** A request with one answer. */
  requestMilliseconds: number
  /** A running statement that says nothing, before the server is asked whether it is there. */
  silenceMilliseconds: number
  /** A stream that was open for so long was not refused, whatever ended it: others on the way may cut before a silence is over. */
  heldMilliseconds: number
  /** Since anything went well, before somebody is told of failures that are waited out. */
  noticeMilliseconds: number
  /** The first pause; each further one is twice as long. */
  pauseMilliseconds: number
}

export const defaultPatience: Patience = {
  failingMilliseconds: 300_000,
  connectMilliseconds: 20_000,
  requestMilliseconds: 60_000,
  silenceMilliseconds: 60_000,
  heldMilliseconds: 5_000,
  noticeMilliseconds: 10_000,
  pauseMilliseconds: 50,
}

const longestPause = 10_000

/** Pauses between tries of one piece of work. */
export interface Backoff {
  /** Waits before another try; false once the patience is at an end. Throws the signal's reason. */
  wait(fault: Fault, signal?: AbortSignal): Promise<boolean>
  /** Something went well: failures are counted anew. */
  reset(): void
}

/** What a backoff goes by, and whom it tells. */
export interface Waiting {
  readonly patience: Patience
  /** Whether the server has answered before: then it is borne with for longer. */
  answered(): boolean
  /** Told of each failure that is waited out when nothing has gone well for long. */
  onWait(fault: Fault): void
}

/** A backoff of one piece of work. */
export function createBackoff({ patience, answered, onWait }: Waiting): Backoff {
  let wellAt = Date.now()
  let failingSince: number | undefined
  let pause = patience.pauseMilliseconds
  return {
    async wait(fault, signal) {
      const { retryMilliseconds = 0 } = fault
      failingSince ??= Date.now()
      const limit = answered() ? patience.failingMilliseconds : patience.connectMilliseconds
      if (Date.now() - failingSince >= limit) return false
      if (Date.now() - wellAt >= patience.noticeMilliseconds) onWait(fault)
      // Clients that were cut off together do not come back together.
      const milliseconds = Math.max(pause * (0.5 + Math.random()), retryMilliseconds)
      pause = Math.min(pause * 2, longestPause)
      await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() =>
        signal?.throwIfAborted(),
      )
      return true
    },
    reset() {
      wellAt = Date.now()
      failingSince = undefined
      pause = patience.pauseMilliseconds
    },
  }
}

/** Whether the same request may go well later: the way to the server failed, or it asks to try again. */
export function mayPass({ status, message, errorClass, retryMilliseconds }: Fault): boolean {
  if (retryMilliseconds !== undefined) return true
  if (errorClass === 'INVALID_CURSOR.DISCONNECTED' || /INVALID_CURSOR\.DISCONNECTED/.test(message))
    return true
  if (errorClass !== undefined || isAboutTls(message)) return false
  return (
    ['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(status) ||
    (status === 'INTERNAL' && /RST_STREAM|stream was reset/i.test(message))
  )
}
