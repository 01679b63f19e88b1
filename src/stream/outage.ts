import { setTimeout as sleep } from 'node:timers/promises'
import { ThroughlineError } from '../errors.js'

const pauseMilliseconds = 2_000

/** Stores and logs that fail for a while: what has worked before is tried again until they have failed for too long. */
export interface Outage {
  /** Notes that all is well. */
  end(): void
  /** Waits before another try, and returns why; throws the error when it will not pass by itself, or has not in time. */
  bear(error: unknown, signal: AbortSignal): Promise<ThroughlineError>
}

export function createOutage(limitMilliseconds: number): Outage {
  let hasWorked = false
  let failingSince: number | undefined
  return {
    end() {
      hasWorked = true
      failingSince = undefined
    },
    async bear(error, signal) {
      failingSince ??= performance.now()
      const mayPass =
        error instanceof ThroughlineError && error.code === 'source' && error.retryable
      const isInTime = performance.now() - failingSince < limitMilliseconds
      if (!mayPass || !hasWorked || !isInTime || signal.aborted) throw error
      await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined)
      return error
    },
  }
}
