import { setTimeout as sleep } from 'node:timers/promises'
import { ThroughlineError } from '../errors.js'

const pauseMilliseconds = 250

/** Bears with failures that may pass: work that keeps failing is an error only after a while. */
export interface Patience {
  /** Does the work; a failure that may pass is waited out, at most for `milliseconds`. */
  during(work: () => Promise<void>, milliseconds: number): Promise<void>
}

export function createPatience(limitMilliseconds: number): Patience {
  let failingSince: number | undefined
  return {
    async during(work, milliseconds) {
      try {
        await work()
        failingSince = undefined
      } catch (error) {
        failingSince ??= performance.now()
        const mayPass = error instanceof ThroughlineError && error.retryable
        if (!mayPass || performance.now() - failingSince >= limitMilliseconds) throw error
        await sleep(Math.min(pauseMilliseconds, milliseconds))
      }
    },
  }
}
