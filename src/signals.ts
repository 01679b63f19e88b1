const codes = { SIGINT: 130, SIGTERM: 143 } as const

const lastActs = new Set<() => Promise<unknown>>()

/** Has something done, too, when a signal ends the process; returns what takes that back. */
export function beforeEnd(act: () => Promise<unknown>): () => void {
  lastActs.add(act)
  return () => lastActs.delete(act)
}

/**
 * Runs the clean-up on SIGINT or SIGTERM, says so, and ends the process with the signal's exit code; returns what
 * undoes it.
 */
export function onSignal(
  cleanUp: () => Promise<void>,
  onNotice?: (message: string) => void,
): () => void {
  const end = (signal: keyof typeof codes): void => {
    onNotice?.(`ended by ${signal}: nothing is half published`)
    const acts = [...lastActs].map((act) => act())
    void Promise.allSettled([cleanUp(), ...acts]).then(() => process.exit(codes[signal]))
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  return () => {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}

/** Calls `end` on the first SIGINT or SIGTERM; a second one is not waited for: it runs the clean-up and ends the process. */
export function onFirstSignal(end: () => void, cleanUp: () => Promise<void>): () => void {
  let off = () => {
    process.off('SIGINT', first)
    process.off('SIGTERM', first)
  }
  const first = (): void => {
    off()
    off = onSignal(cleanUp)
    end()
  }
  process.once('SIGINT', first)
  process.once('SIGTERM', first)
  return () => off()
}
